import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands, type Command } from './commands.js';
import { pathsMatching } from './matching-paths.js';
import { root } from './pages.js';

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const manifests = pathsMatching('{packages,services}/*/package.json')
  .concat('package.json')
  .map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest);

const isTarget = (target: string): boolean =>
  spawnSync('make', ['--dry-run', '--always-make', target], { cwd: root }).status === 0;

const isScript = (script: string, workspace = 'stepgate'): boolean =>
  manifests.find(({ name }) => name === workspace)?.scripts?.[script] !== undefined;

/** What each kind of command is held to; `elsewhere` runs it. */
const rules: readonly (readonly [RegExp, (...words: string[]) => boolean])[] = [
  [/^make (\S+)(?: [A-Z]+=\S+)*$/, (target = '') => isTarget(target)],
  [/^npm run (\S+) -w (\S+)$/, (script = '', workspace = '') => isScript(script, workspace)],
  [/^npm run (grafana:build)$/, (script = '') => isScript(script)],
  [
    /^(?:UPDATE_DOCS=1 )?npx jest (\S+)$/,
    (path = '') => pathsMatching(`${path}*.test.ts`).length > 0,
  ],
];

interface Elsewhere {
  readonly command: RegExp;
  readonly page: string;
  readonly test: string;
}

const runbook = (tests: readonly (readonly [RegExp, string])[]): readonly Elsewhere[] =>
  tests.map(([command, name]) => ({
    command,
    page: 'docs/fatigue-runbook.md',
    test: `test/docs/${name}.test.ts`,
  }));

const elsewhere: readonly Elsewhere[] = [
  { command: /^curl /, page: 'README.md', test: 'test/docs/readme-process.test.ts' },
  {
    command:
      /^(?:cd infra|promtool |kubectl kustomize |npm run deploy:secrets |kubectl -n stepgate )/,
    page: 'docs/deploy.md',
    test: 'test/deploy/docs-commands.test.ts',
  },
  ...['docs/api.md', 'docs/policy.md', 'docs/alerts.md', 'docs/scoring.md'].map((page) => ({
    command: /^node (?:packages\/cli\/dist\/main\.js|-p) /,
    page,
    test: 'test/docs/commands-process.test.ts',
  })),
  {
    command: /^(?:curl |node packages\/cli\/dist\/main\.js )/,
    page: 'docs/idp-events.md',
    test: 'test/docs/idp-events-page-process.test.ts',
  },
  {
    command: /^STEPGATE_SECRET_FILE=\S+ node packages\/cli\/dist\/main\.js public-key /,
    page: 'docs/gateway.md',
    test: 'packages/cli/test/public-key-process.test.ts',
  },
  {
    command: /^(?:curl |node packages\/cli\/dist\/main\.js create-key |[a-z]+=)/,
    page: 'docs/callers.md',
    test: 'test/docs/callers-page-process.test.ts',
  },
  {
    command: /^node packages\/cli\/dist\/main\.js audit /,
    page: 'docs/audit.md',
    test: 'test/e2e/audit.test.ts',
  },
  ...runbook([
    [/^curl .*\/v1\/(?:subjects|decisions|events)\b/, 'fatigue-runbook-process'],
    [/^curl .*\/v1\/policies\b/, 'fatigue-runbook-ladder-process'],
    [/^node packages\/cli\/dist\/main\.js /, 'fatigue-runbook-tools-process'],
    [/^(?:export STEPGATE_ENGINE=|read -rsp )/, 'fatigue-runbook'],
  ]),
];

/** Not run by any test, and why. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [/^docker (?:compose up|build) /, 'needs a container engine; test/image does what it would do'],
  [
    /^docker compose exec risk-engine \/nodejs\/bin\/node services\/risk-engine\/dist\/state-main\.js init$/,
    'needs a container engine; test/e2e/emptied-redis.test.ts runs the same program',
  ],
  [/^kubectl (?:apply|create namespace) /, 'needs a cluster; test/deploy checks what is applied'],
  [/^npm ci$/, 'needs the registry; make runs it for every fresh clone'],
  [/^cp \.env\.example \.env$/, 'would write over a file of yours; test/deploy reads the example'],
];

const isProven = ({ page, line }: Command): boolean => {
  const rule = rules.find(([pattern]) => pattern.test(line));
  if (rule !== undefined) return rule[1](...(rule[0].exec(line)?.slice(1) ?? []));
  if (notRun.some(([pattern]) => pattern.test(line))) return true;
  return elsewhere.some((entry) => entry.page === page && entry.command.test(line));
};

describe('a command that a page shows', () => {
  it('is run by a test, or stands on the list of those that cannot be, with the reason', () => {
    expect(allCommands.length).toBeGreaterThan(30);
    expect(allCommands.filter((command) => !isProven(command))).toEqual([]);
  });

  it.each([
    'make no-such-target',
    'npm run no-such-script',
    'npx jest no/such/test',
    'wget x | sh',
  ])('would be noticed: %s', (line) => {
    expect(isProven({ page: 'README.md', line })).toBe(false);
  });

  it('that is claimed to be run elsewhere is: the test is there', () => {
    expect(elsewhere.filter(({ test }) => !existsSync(join(root, test)))).toEqual([]);
  });

  it('is on the list of those that are not run only as long as a page shows it', () => {
    const unused = notRun.filter(
      ([pattern]) => !allCommands.some(({ line }) => pattern.test(line)),
    );
    expect(unused).toEqual([]);
  });
});
