// @ts-check

/** @param {object} jsc */
const swc = (jsc) => [
  '@swc/jest',
  { jsc: { target: 'es2022', ...jsc }, module: { type: 'commonjs' } },
];

const common = {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/test'],
  globalSetup: '<rootDir>/test/setup/start-redis.ts',
  globalTeardown: '<rootDir>/test/setup/stop-redis.ts',
  transform: {
    '^.+\\.ts$': swc({ parser: { syntax: 'typescript' } }),
    '/node_modules/(?:@marcbachmann/cel-js|jose)/.+\\.js$': swc({}),
  },
  transformIgnorePatterns: ['/node_modules/(?!(?:@marcbachmann/cel-js|jose)/)'],
  moduleNameMapper: {
    '^@stepgate/([a-z-]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

/**
 * What starts processes or holds an answer against the clock. Beside another test, on two cores, its
 * time-outs would say more of the machine than of the code.
 */
const alone = [
  '**/test/e2e/*.test.ts',
  '**/test/image/*.test.ts',
  '**/test/**/*-process.test.ts',
  '**/packages/{client,queue,redis}/test/*.test.ts',
  '**/packages/ip-intel/test/million-prefixes.test.ts',
  '**/services/*/test/*.test.ts',
];

/** One run, two groups: `make test` counts both in one line, and a single file runs as ever. */
module.exports = {
  reporters: ['default', '<rootDir>/scripts/summary-reporter.cjs'],
  projects: [
    { ...common, testMatch: ['**/test/**/*.test.ts', ...alone.map((pattern) => `!${pattern}`)] },
    { ...common, testMatch: alone, runner: '<rootDir>/scripts/alone-runner.cjs' },
  ],
};
