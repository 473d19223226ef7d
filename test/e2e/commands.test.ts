import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRedisServer, waitUntil } from '@stepgate/cli';

const run = promisify(execFile);
const root = join(__dirname, '../..');
const cli = join(root, 'packages/cli/dist/main.js');
const { STEPGATE_REDIS_URL: _given, ...environment } = process.env;

/** The story as told, without the ids that differ from run to run. */
const scenesOf = (output: string): string[] =>
  output.split('\n').filter((line) => /^\d\d-\d\d \d\d:\d\d/.test(line));

const demo = async (path: string): Promise<string> => {
  const env = { ...environment, PATH: path, NO_COLOR: '1' };
  const { stdout } = await run(process.execPath, [cli, 'demo'], { env, cwd: root });
  return stdout;
};

describe('the demo', () => {
  it('goes as told, and the same where no Redis is on the PATH', async () => {
    const withRedis = await demo(process.env['PATH'] ?? '');
    expect(withRedis).toContain('The story went as told.');
    const bin = await mkdtemp(join(tmpdir(), 'stepgate-path-'));
    await symlink(process.execPath, join(bin, 'node'));
    expect(await findRedisServer(bin)).toBeNull();
    const withoutRedis = await demo(bin);
    await rm(bin, { recursive: true });
    expect(withoutRedis).toContain('EMBEDDED');
    expect(scenesOf(withoutRedis)).toEqual(scenesOf(withRedis));
  }, 180_000);
});

describe('the dev stack', () => {
  it('describes itself while it runs, and leaves nothing behind when it is stopped', async () => {
    const child = spawn(process.execPath, [cli, 'dev'], {
      env: environment,
      cwd: root,
      stdio: 'ignore',
    });
    const file = join(root, '.stepgate/dev.json');
    const read = async (): Promise<Record<string, string> | null> =>
      readFile(file, 'utf8').then(
        (text): Record<string, string> => JSON.parse(text),
        () => null,
      );
    try {
      await waitUntil(async () => (await read()) !== null, {
        timeoutMs: 60_000,
        what: () => 'dev.json was not written',
      });
      const described = (await read()) ?? {};
      expect(Object.keys(described)).toEqual(
        expect.arrayContaining([
          'engine',
          'gateway',
          'worker',
          'redis',
          'api_key',
          'admin_key',
          'webhook_log',
        ]),
      );
      const ready = await Promise.all(
        ['engine', 'gateway', 'worker'].map((name) => fetch(`${described[name] ?? ''}/readyz`)),
      );
      expect(ready.map(({ status }) => status)).toEqual([200, 200, 200]);
    } finally {
      child.kill('SIGINT');
    }
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(await read()).toBeNull();
  }, 120_000);
});

describe('the policy commands', () => {
  const policies = join(root, 'infra/policies');

  it('pass the shipped policies and their golden cases', async () => {
    await run(process.execPath, [cli, 'policy', 'lint', policies]);
    const { stdout } = await run(process.execPath, [cli, 'policy', 'test', policies]);
    expect(stdout).toMatch(/policy tests: \d+ passed, 0 failed/);
  });

  it('fail, and say where, for a directory that is wrong', async () => {
    const failure = run(process.execPath, [
      cli,
      'policy',
      'lint',
      join(root, 'test/e2e/policies-broken'),
    ]);
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('broken.yaml:3:'),
    });
  });
});
