import { hash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@stepgate/cli';
import { loadCallers, type Callers } from '../src/callers/callers.js';
import { noNonces, whoIs } from './callers-scene.js';
import { loadPolicyDirectory } from '../src/policy-directory.js';
import { watchPath } from '../src/watch-path.js';

const good = (name: string, medium: number): string =>
  `stepgate: v1\npolicy: ${name}\ndescription: For the tests.\nlevels: {medium: ${String(medium)}, high: 60}\n`;
const question = { tenant: 't', application: null, groups: [], action: null };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-reload-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a policy directory', () => {
  const write = (text: string, name = 'a.yaml'): Promise<void> =>
    writeFile(join(directory, name), text);

  it('takes a good new file into force, under a new version', async () => {
    await write(good('staff', 30));
    const policies = await loadPolicyDirectory(directory);
    const before = policies.policyFor(question);
    await write(good('staff', 20));
    expect(await policies.reload()).toBe(true);
    const after = policies.policyFor(question);
    expect([before.bands.medium, after.bands.medium]).toEqual([30, 20]);
    expect(after.version).not.toBe(before.version);
    expect(after.version).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([
    ['a typo', 'stepgate: v1\npolicy: staff\nlevls: {}\n'],
    ['half a file', 'stepgate: v1\npolicy: "staff'],
    ['an empty file', ''],
  ])('keeps the last good policies over %s, and says where it is wrong', async (_what, text) => {
    await write(good('staff', 30));
    const policies = await loadPolicyDirectory(directory);
    const { version } = policies.policyFor(question);
    for (let n = 0; n < 20; n += 1) {
      await write(text);
      expect(await policies.reload()).toBe(false);
      expect(policies.policyFor(question).version).toBe(version);
    }
    expect(policies.problems()[0]).toMatchObject({ file: 'a.yaml' });
    await write(good('staff', 30));
    expect(await policies.reload()).toBe(true);
    expect(policies.problems()).toEqual([]);
  });

  it('keeps the last good policies when a file or the whole directory cannot be read', async () => {
    await write(good('staff', 30));
    const policies = await loadPolicyDirectory(directory);
    await mkdir(join(directory, 'b.yaml'));
    expect(await policies.reload()).toBe(false);
    expect(policies.problems()[0]?.message).toContain('EISDIR');
    await rm(directory, { recursive: true });
    expect(await policies.reload()).toBe(false);
    expect(policies.problems()[0]?.message).toContain('ENOENT');
    expect(policies.policyFor(question).bands.medium).toBe(30);
  });

  it('replaces all files or none', async () => {
    await write(good('staff', 30));
    const policies = await loadPolicyDirectory(directory);
    await write(good('staff', 20));
    await write('nonsense', 'b.yaml');
    expect(await policies.reload()).toBe(false);
    expect(policies.policyFor(question).bands.medium).toBe(30);
  });

  it('does not start without a good set', async () => {
    await expect(loadPolicyDirectory(directory)).rejects.toThrow();
    await write('policy: [');
    await expect(loadPolicyDirectory(directory)).rejects.toThrow('a.yaml:');
  });
});

describe('the key file', () => {
  const file = (): string => join(directory, 'keys.json');
  const keysFor = (...keys: string[]): string =>
    JSON.stringify({
      keys: keys.map((key, n) => ({
        id: `k${String(n)}`,
        tenant: 'acme',
        scopes: ['decide'],
        sha256: hash('sha256', key, 'hex'),
      })),
    });

  const load = (): Promise<Callers> =>
    loadCallers(file(), { clock: Date.now, storeClock: Date.now, nonces: noNonces });
  const bearer = (callers: Callers, key: string): Promise<string> =>
    whoIs(callers, `Bearer ${key}`);

  it('lets two keys live at once and a removed one die', async () => {
    await writeFile(file(), keysFor('old', 'new'));
    const keys = await load();
    expect(keys.tenants()).toEqual(['acme']);
    expect([await bearer(keys, 'old'), await bearer(keys, 'new')]).toEqual(['k0', 'k1']);
    await writeFile(file(), keysFor('new'));
    await keys.reload();
    expect([await bearer(keys, 'old'), await bearer(keys, 'new')]).toEqual([
      'unauthenticated',
      'k0',
    ]);
  });

  it('keeps the keys in force when the new file is bad', async () => {
    await writeFile(file(), keysFor('old'));
    const keys = await load();
    for (const bad of ['', '{', '{"keys":[]}', keysFor('x').replace('decide', 'everything')]) {
      await writeFile(file(), bad);
      await expect(keys.reload()).rejects.toThrow();
    }
    expect(await bearer(keys, 'old')).toBe('k0');
  });

  it('refuses keys that are not hashed', async () => {
    await writeFile(
      file(),
      '{"keys":[{"id":"a","tenant":"t","scopes":["read"],"sha256":"plain-key"}]}',
    );
    await expect(load()).rejects.toThrow('SHA-256');
  });
});

describe('the watch of a path', () => {
  it('sees a new file, a changed one, a path that is gone and one that is back', async () => {
    let changes = 0;
    const watch = watchPath(directory, {
      intervalMs: 5,
      onChange: () => {
        changes += 1;
        return Promise.resolve();
      },
    });
    const seen = async (wanted: number): Promise<void> =>
      waitUntil(() => changes >= wanted, {
        timeoutMs: 5_000,
        what: () => 'the change was not seen',
      });
    await watch.settled();
    await writeFile(join(directory, 'one'), '1');
    await seen(1);
    await writeFile(join(directory, 'one'), '22');
    await seen(2);
    await rm(directory, { recursive: true });
    await seen(3);
    await mkdir(directory);
    await seen(4);
    watch.stop();
  });

  it('sees any of several, and those that are named later', async () => {
    const file = (name: string): string => join(directory, name);
    const paths = [file('one')];
    let changes = 0;
    const onChange = (): Promise<void> => {
      changes += 1;
      return Promise.resolve();
    };
    await writeFile(file('one'), '1');
    await writeFile(file('two'), '1');
    const watch = watchPath(() => paths, { intervalMs: 5, onChange });
    const seen = (wanted: number): Promise<void> =>
      waitUntil(() => changes >= wanted, { timeoutMs: 5_000, what: () => 'it was not seen' });
    await watch.settled();
    paths.push(file('two'));
    await seen(1);
    await writeFile(file('two'), '22');
    await seen(2);
    watch.stop();
  });

  it('looks again after a callback that failed, and the process lives', async () => {
    let tries = 0;
    const watch = watchPath(directory, {
      intervalMs: 5,
      onChange: () => {
        tries += 1;
        return tries === 1
          ? Promise.reject(new Error('half-way through a swap'))
          : Promise.resolve();
      },
    });
    await watch.settled();
    await writeFile(join(directory, 'one'), '1');
    await waitUntil(() => tries === 2, { timeoutMs: 5_000, what: () => 'it was not tried again' });
    watch.stop();
  });
});
