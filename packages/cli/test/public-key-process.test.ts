import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';

const main = join(__dirname, '../dist/main.js');
const run = (env: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'public-key'], {
    env: { ...env, PATH: String(process.env['PATH']) },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

const secret = 'a secret of more than thirty-two characters';
const previous = 'the one before, of more than thirty-two characters';
const keyOf = (text: string) => createSigningKey(text, 'decisions');

describe('stepgate public-key', () => {
  it('prints the keys that a gateway pins, from the secret and the one before it', () => {
    const printed = run({ STEPGATE_SECRET: secret, STEPGATE_SECRET_PREVIOUS: previous });
    expect(JSON.parse(printed.stdout)).toEqual(publicKeysOf([keyOf(secret), keyOf(previous)]));
    expect(printed.stdout).not.toContain('"d"');
  });

  it('reads the secret from a file as the engine does', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stepgate-public-key-'));
    writeFileSync(join(directory, 'secret'), `${secret}\n`);
    const { status, stdout } = run({ STEPGATE_SECRET_FILE: join(directory, 'secret') });
    expect([status, JSON.parse(stdout)]).toEqual([0, publicKeysOf([keyOf(secret)])]);
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['no secret', {}, 'STEPGATE_SECRET is not set'],
    ['a secret that no engine starts with', { STEPGATE_SECRET: 'short' }, '32 characters'],
  ])('prints no keys with %s, and says why without it', (_name, env, why) => {
    const { status, stdout, stderr } = run(env);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('short');
  });
});
