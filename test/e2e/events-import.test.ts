import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeployment, startEngineProcess, type Deployment } from '@stepgate/testing';

const root = join(__dirname, '../..');
const cli = join(root, 'packages/cli/dist/main.js');
const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const fixture = (name: string): string =>
  join(root, `packages/idp-events/test/fixtures/${name}.json`);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-import-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Redis that the environment names is not to be touched; nobody listens there. */
const environment = { ...process.env, NO_COLOR: '1', STEPGATE_REDIS_URL: 'redis://127.0.0.1:1' };

const importing = (...args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'events', 'import', ...args],
      { env: environment, cwd: root, timeout: 60_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });

const write = async (name: string, text: string): Promise<string> => {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
};

const leftBehind = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('stepgate-replay-'));

const timelineOf = ({ stdout }: Run): string[] =>
  stdout
    .split('\n')
    .filter((line) => /^\d{4}-\d\d-\d\d /.test(line))
    .map((line) => line.slice(11).replaceAll(/ {2,}/g, ' '));

describe('the import of an attack of 25 ignored prompts and one approval', () => {
  const asTold = [
    '14:18:48 marta.keller rung 3 reached, 3 unanswered',
    '14:20:34 marta.keller rung 5 reached, 5 unanswered',
    '14:20:34 marta.keller alert opened: push_fatigue, high',
    '14:40:04 marta.keller rung 10 reached, 10 unanswered',
    '14:40:04 marta.keller alert escalated to critical',
    '15:02:37 marta.keller prompt approved after 25 unanswered, 42 min 3 s after the alert',
    '15:02:37 marta.keller alert is now push_approved_after_denials, critical',
  ];

  it('shows offline what would have stopped it, and leaves nothing behind', async () => {
    const run = await importing('--format', 'pingid', fixture('pingid'));
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(timelineOf(run)).toEqual(asTold);
    expect(run.stdout).toMatch(/jan\.deboer +no rung, no alert/);
    expect(run.stdout).toContain('irrelevant  POLICY Authenticate × 27');
    expect(run.stdout).toContain('unknown     row 42 (a row with the status DREAMING)');
    expect(run.stdout).toContain('pingid: 60 rows, 29 events, 2 rows unknown');
    expect(await leftBehind()).toEqual([]);
  }, 60_000);

  it('tells a program the same as JSON', async () => {
    const run = await importing('--format', 'pingid', '--json', fixture('pingid'));
    const report = JSON.parse(run.stdout);
    expect(report.subjects[0]).toEqual({
      subject: 'marta.keller',
      events: { authenticator_enrolled: 1, push_ignored: 25, push_approved: 1 },
      duplicates: 0,
      highest_rung: 10,
      alert: {
        kind: 'push_approved_after_denials',
        severity: 'critical',
        opened_at: '2026-03-02T14:20:34.008Z',
      },
      lead_seconds: 2523,
    });
    expect(report.timeline.map(({ what }: { what: string }) => what)).toEqual([
      'rung_reached',
      'rung_reached',
      'alert_opened',
      'rung_reached',
      'alert_escalated',
      'prompt_approved',
      'alert_changed',
    ]);
    expect(report.unknown).toHaveLength(2);
    expect(report.irrelevant['POLICY Authenticate']).toBe(27);
  }, 60_000);

  it('asks the policies that it is given', async () => {
    const policies = await mkdtemp(join(directory, 'policies-'));
    await writeFile(
      join(policies, 'strict.yaml'),
      'stepgate: v1\npolicy: strict\ndescription: For the test.\npush_fatigue: {rungs: [{at: 2, alert: critical}]}\n',
    );
    const run = await importing('--format', 'pingid', '--policies', policies, fixture('pingid'));
    expect(timelineOf(run).slice(0, 2)).toEqual([
      '14:18:21 marta.keller rung 2 reached, 2 unanswered',
      '14:18:21 marta.keller alert opened: push_fatigue, critical',
    ]);
  }, 60_000);

  describe('against an engine that runs', () => {
    let deployment: Deployment;
    let keyFile: string;
    beforeAll(async () => {
      deployment = await createDeployment(redisUrl);
      keyFile = await write('key', `${deployment.apiKey}\n`);
    });
    afterAll(() => deployment.remove());

    it('comes out the same; a second time, every event has been recorded before', async () => {
      const engine = await startEngineProcess(deployment, { mode: 'dev' });
      const args = ['--format', 'pingid', '--engine', engine.url, '--key-file', keyFile];
      const first = await importing(...args, fixture('pingid'));
      const second = await importing(...args, fixture('pingid'));
      await engine.stop();
      expect([first.code, second.code]).toEqual([0, 0]);
      expect(timelineOf(first)).toEqual(asTold);
      expect(second.stdout).toContain('29 events, 29 of them recorded before');
    }, 60_000);

    it('is refused by an engine in production, and says what to do', async () => {
      const engine = await startEngineProcess(deployment);
      const run = await importing(
        ...['--format', 'pingid', '--engine', engine.url, '--key-file', keyFile],
        fixture('pingid'),
      );
      await engine.stop();
      expect([run.code, run.stdout]).toEqual([1, '']);
      expect(run.stderr).toContain('is not in dev mode');
      expect(run.stderr).toContain('STEPGATE_MODE=dev');
      expect(run.stderr).not.toContain(deployment.apiKey);
    }, 60_000);
  });
});

describe('the import of prompts that nobody answered', () => {
  it('reaches a rung when a prompt runs out, not only with the next event', async () => {
    const sent = (minute: number): string =>
      JSON.stringify({
        uuid: `sent-${String(minute)}`,
        published: `2026-03-02T08:0${String(minute)}:00.000Z`,
        eventType: 'system.push.send_factor_verify_push',
        actor: { type: 'User', alternateId: 'asleep' },
        outcome: { result: 'SUCCESS' },
        authenticationContext: { externalSessionId: `s-${String(minute)}` },
      });
    const file = await write('sent.jsonl', [0, 3, 6].map(sent).join('\n'));
    const run = await importing('--format', 'okta', file);
    expect(timelineOf(run)).toEqual(['08:08:00 asleep rung 3 reached, 3 unanswered']);
  }, 60_000);
});

describe('an import that cannot be done', () => {
  const okta = ['--format', 'okta'];

  it.each([
    ['an unknown format', ['--format', 'keycloak', 'x.json'], 1, 'Allowed choices are okta'],
    ['no format', ['x.json'], 1, '--format'],
    ['no such file', [...okta, 'no-such-file.json'], 1, 'cannot be read (ENOENT)'],
    ['a log of something else', [...okta, fixture('pingid')], 1, 'is it the log of okta?'],
    [
      'policies that are broken',
      [...okta, '--policies', join(root, 'test/e2e/policies-broken'), fixture('okta')],
      1,
      'broken.yaml:3:1',
    ],
    [
      'policies for an engine that runs',
      [...okta, '--engine', 'http://127.0.0.1:1', '--policies', 'x', fixture('okta')],
      2,
      'An engine that runs has its policies',
    ],
    [
      'an engine, but no key',
      [...okta, '--engine', 'http://127.0.0.1:1', fixture('okta')],
      2,
      '--engine needs --key-file',
    ],
    [
      'a key file that is none',
      [...okta, '--engine', 'http://127.0.0.1:1', '--key-file', fixture('okta'), fixture('okta')],
      2,
      'must hold one API key',
    ],
    [
      'a key, but no engine',
      [...okta, '--key-file', 'x', fixture('okta')],
      2,
      'goes with --engine',
    ],
  ])(
    'for %s',
    async (_what, args, ...[code, message]) => {
      const run = await importing(...args);
      expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
      expect(await leftBehind()).toEqual([]);
    },
    60_000,
  );

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'for %s stops what it has started',
    async (signal) => {
      const child = spawn(
        process.execPath,
        [cli, 'events', 'import', '--format', 'pingid', fixture('pingid')],
        { env: environment, cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
      );
      // The first line: Redis and the engine run, and most of the file is yet to be replayed.
      await once(child.stdout, 'data');
      child.kill(signal);
      const [code] = await once(child, 'exit');
      expect(code).toBe(130);
      expect(await leftBehind()).toEqual([]);
    },
    60_000,
  );

  it('for a reader that has seen enough stops what it has started', async () => {
    const child = spawn(
      process.execPath,
      [cli, 'events', 'import', '--format', 'pingid', fixture('pingid')],
      { env: environment, cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child, 'exit');
    expect(await leftBehind()).toEqual([]);
  }, 60_000);
});
