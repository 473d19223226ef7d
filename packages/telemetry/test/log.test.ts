import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createLog, type LogFields } from '../src/index.js';

const capture = (): { lines: string[]; log: ReturnType<typeof createLog> } => {
  const lines: string[] = [];
  return {
    lines,
    log: createLog({ service: 'test', destination: { write: (line) => lines.push(line) } }),
  };
};

const parsed = (line: string | undefined): Record<string, unknown> =>
  JSON.parse(line ?? '') as Record<string, unknown>;

describe('log', () => {
  it('drops every field that is not allow-listed, and objects within those that are', () => {
    const { log, lines } = capture();
    const smuggled = {
      policy: 'workforce',
      authorization: 'Bearer planted',
      body: { ip: '203.0.113.7' },
      detail: { ip: '203.0.113.7' },
      reasons: [{ user: 'alice' }],
      count: 3,
    } as unknown as LogFields;
    log.warn(smuggled, 'odd');
    const { time: _time, ...line } = parsed(lines[0]);
    expect(line).toEqual({
      level: 'warn',
      service: 'test',
      policy: 'workforce',
      count: 3,
      msg: 'odd',
    });
  });

  it('says type, code and frames of an error, but nothing that a driver hung on it', () => {
    const { log, lines } = capture();
    const error = Object.assign(
      new Error('connect failed for bob@planted.example at 203.0.113.9'),
      {
        code: 'ECONNREFUSED',
        command: { name: 'set', args: ['alice', 'planted-secret'] },
      },
    );
    log.error({ err: error }, 'redis');
    expect(parsed(lines[0])['err']).toMatchObject({
      type: 'Error',
      code: 'ECONNREFUSED',
      message: 'connect failed for [redacted] at [redacted]',
      cause: null,
    });
    expect(lines[0]).not.toMatch(/planted|alice/u);
    expect(lines[0]).toContain('log.test');
  });

  it('withholds the message of errors that quote their input', () => {
    const { log, lines } = capture();
    try {
      JSON.parse('{"user": planted}');
    } catch (error) {
      log.error({ err: error }, 'parse');
    }
    log.error({ err: Object.assign(new Error('bad planted'), { body: 'planted' }) }, 'body');
    log.error({ err: new Error('outer', { cause: new SyntaxError('planted') }) }, 'cause');
    log.error({ err: 'planted' }, 'thrown text');
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).not.toContain('planted');
  });

  it('redacts IPv6 addresses in messages and leaves times of day alone', () => {
    const { log, lines } = capture();
    log.error({ err: new Error('no route to 2001:db8::7 or ::ffff:1.2.3.4 since 12:30') }, 'net');
    expect(parsed(lines[0])['err']).toMatchObject({
      message: 'no route to [redacted] or [redacted] since 12:30',
    });
  });

  it('keeps a line that forges another on one line', () => {
    const { log, lines } = capture();
    log.info({ policy: 'x\r\n{"level":"fatal"}\u001b[31m' }, 'forged');
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
    expect(lines[0]).not.toContain('\u001b');
  });

  it('writes buffered lines when the process exits at once', () => {
    const fixture = join(__dirname, 'fixtures', 'log-and-exit.ts');
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', fixture], {
      encoding: 'utf8',
    });
    expect(parsed(stdout)).toMatchObject({ msg: 'last words', level: 'info' });
  });
});
