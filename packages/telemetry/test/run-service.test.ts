import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

interface Running {
  readonly child: ChildProcess;
  readonly said: (pattern: RegExp) => Promise<RegExpMatchArray>;
  readonly exited: Promise<number | null>;
  readonly log: () => string;
}

const run = (env: NodeJS.ProcessEnv = {}): Running => {
  const fixture = join(__dirname, 'fixtures', 'service.mts');
  const child = spawn(process.execPath, ['--import', 'tsx', fixture], {
    env: { ...process.env, ...env },
  });
  let stderr = '';
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  const said = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const match = pattern.exec(stderr);
      if (match !== null) return match;
      await once(child.stderr, 'data');
    }
  };
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, said, exited, log: () => stdout };
};

const portOf = async ({ said }: Running): Promise<string> => (await said(/port (\d+)/u))[1] ?? '';

describe('a running service', () => {
  it('finishes what is in flight on SIGTERM and exits 0', async () => {
    const service = run();
    const port = await portOf(service);
    const answer = fetch(`http://127.0.0.1:${port}/slow?ms=300`);
    await service.said(/slow request/u);
    service.child.kill('SIGTERM');
    const response = await answer;
    expect(await response.text()).toBe('done');
    expect(response.headers.get('connection')).toBe('close');
    expect(await service.exited).toBe(0);
    expect(service.log()).toMatch(/"msg":"stopping"[\s\S]*"msg":"stopped"/u);
  });

  it('does not wait longer than its drain time', async () => {
    const service = run({ DRAIN_MS: '200' });
    const port = await portOf(service);
    const cut = expect(fetch(`http://127.0.0.1:${port}/slow?ms=60000`)).rejects.toThrow();
    await service.said(/slow request/u);
    service.child.kill('SIGINT');
    expect(await service.exited).toBe(0);
    await cut;
    expect(service.log()).toContain('stopped before all work was done');
  });

  it('exits at once on a second signal', async () => {
    const service = run();
    const port = await portOf(service);
    const cut = expect(fetch(`http://127.0.0.1:${port}/slow?ms=60000`)).rejects.toThrow();
    await service.said(/slow request/u);
    service.child.kill('SIGTERM');
    service.child.kill('SIGINT');
    expect(await service.exited).toBe(1);
    await cut;
  });

  it.each([
    ['bug', 'uncaught exception'],
    ['rejection', 'unhandled rejection'],
  ])('logs a %s, drains and exits 1', async (path, message) => {
    const service = run({ DRAIN_MS: '300' });
    const port = await portOf(service);
    const cut = expect(fetch(`http://127.0.0.1:${port}/${path}`)).rejects.toThrow();
    expect(await service.exited).toBe(1);
    await cut;
    expect(service.log()).toContain(`"msg":"${message}"`);
  });

  it('exits 1 when it cannot start', async () => {
    const service = run({ FAIL_START: '1' });
    expect(await service.exited).toBe(1);
    expect(service.log()).toContain('"msg":"start failed"');
  });
});
