import comments from '@eslint-community/eslint-plugin-eslint-comments';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import purity from './scripts/purity-rule.cjs';

const sources = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts'];
const tests = ['packages/*/test/**/*.ts', 'services/*/test/**/*.ts', 'test/**/*.ts'];
const programs = ['scripts/**/*.ts'];
const testKit = 'packages/testing/src/**/*.ts';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only.',
};

const everywhere = {
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'object-shorthand': 'error',
  'no-param-reassign': 'error',
  'max-params': ['error', 3],
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  '@eslint-community/eslint-comments/require-description': 'error',
  '@eslint-community/eslint-comments/no-unlimited-disable': 'error',
  '@eslint-community/eslint-comments/no-unused-disable': 'error',
  '@eslint-community/eslint-comments/no-duplicate-disable': 'error',
};

const typed = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  '@typescript-eslint/no-unused-vars': [
    'error',
    // An error handler of Express is told from others by its four parameters.
    { ignoreRestSiblings: true, argsIgnorePattern: '^_' },
  ],
  // Factories over closures: there is no `this` to lose.
  '@typescript-eslint/unbound-method': 'off',
};

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', 'coverage/', 'reports/', '.stepgate/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: [...sources, ...tests, ...programs],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    plugins: { '@eslint-community/eslint-comments': comments },
    // One program for all, on sources: nothing need be built first.
    languageOptions: { parserOptions: { project: './tsconfig.lint.json' } },
    rules: { ...everywhere, ...typed },
  },
  {
    files: sources,
    rules: {
      'no-console': 'error',
      // Forty is the aim; a factory whose closures are the methods of one port may need some more.
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', noDefaultExport],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },
  { files: ['packages/cli/src/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['packages/queue/src/**/*.ts', 'services/alert-worker/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        noDefaultExport,
        {
          selector: "Property[key.name='repeat']",
          message: 'BullMQ 6 ignores `repeat` without an error; use upsertJobScheduler.',
        },
      ],
    },
  },
  {
    files: purity.purePackages.map((name) => `packages/${name}/src/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', ...purity.globals],
      'no-restricted-syntax': ['error', noDefaultExport, ...purity.syntax],
    },
  },
  {
    files: [...tests, testKit],
    rules: {
      // Bodies of answers are `any` by nature of the HTTP client; a wrong guess fails the test.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    extends: [js.configs.recommended],
    plugins: { '@eslint-community/eslint-comments': comments },
    rules: everywhere,
    languageOptions: {
      globals: Object.fromEntries(
        ['console', 'process', 'performance', 'URL'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },
);
