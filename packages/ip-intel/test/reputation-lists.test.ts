import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent, observed, unavailable } from '@stepgate/engine';
import type { Network, ReputationCategory, Signal } from '@stepgate/engine';
import { createReputationLists } from '../src/index.js';
import type { ReputationLists } from '../src/index.js';
import { parseAddress } from '../src/address.js';
import { makeDirectory, removeDirectories } from './list-directories.js';

afterAll(removeDirectories);

const lookUp = (
  lists: ReputationLists,
  text: string,
  network: Signal<Network> = absent,
): Signal<readonly ReputationCategory[]> => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`not an address: ${text}`);
  return lists.lookUp(address, network);
};
const network = (asn: number): Signal<Network> => observed({ asn, org: 'Example' });
const clean = observed([]);

describe('reputation lists', () => {
  it('tell every category of an address, in one order, from files and subfolders', async () => {
    const directory = makeDirectory({
      'tor.exits.txt': '203.0.113.7\n2001:db8::7\n',
      'abuse/blocklist.lst': '203.0.113.0/24\n',
      'hosting.asns.txt': 'AS64500 # a data centre\n',
    });
    const lists = await createReputationLists({ directory });
    expect(lookUp(lists, '203.0.113.7', network(64500))).toEqual(
      observed(['tor', 'hosting', 'abuse']),
    );
    expect(lookUp(lists, '::ffff:203.0.113.8')).toEqual(observed(['abuse']));
    expect(lookUp(lists, '2001:db8::7', network(64501))).toEqual(observed(['tor']));
    expect(lookUp(lists, '198.51.100.1', network(64501))).toEqual(clean);
    expect(lists.status()).toMatchObject({ entries: 4, rejectedLines: 0, problem: null });
  });

  it('are unavailable, not clean, where the directory is missing or holds no list', async () => {
    for (const directory of [
      join(makeDirectory(), 'nowhere'),
      makeDirectory({ 'README.md': 'x' }),
    ]) {
      const lists = await createReputationLists({ directory });
      expect(lookUp(lists, '203.0.113.7')).toMatchObject({ state: 'unavailable' });
      expect(lists.status()).toMatchObject({ dataDate: null, entries: 0 });
      expect(lists.status().problem).toContain(directory);
    }
  });

  it('appear once the directory does', async () => {
    const directory = join(makeDirectory(), 'later');
    const lists = await createReputationLists({ directory });
    mkdirSync(directory);
    writeFileSync(join(directory, 'vpn.txt'), '203.0.113.7\n');
    await lists.reload();
    expect(lookUp(lists, '203.0.113.7')).toEqual(observed(['vpn']));
  });

  it('count and name the lines that they cannot read', async () => {
    const directory = makeDirectory({
      'tor.txt': '# exits\n203.0.113.7\nnonsense\r\n203.0.113.8\r\n10.0.0.0/4\n203.0.113.9',
    });
    const status = (await createReputationLists({ directory })).status();
    expect(status).toMatchObject({ entries: 3, rejectedLines: 2, problem: null });
    expect(status.lists[0]?.rejected).toEqual([
      { file: 'tor.txt', line: 3, why: 'not an address, block or AS number' },
      { file: 'tor.txt', line: 5, why: 'block too wide' },
    ]);
  });

  it.each([
    ['an error page', '<html>\n<body>\nService unavailable\n</body>\n203.0.113.9\n'],
    ['an empty file', ''],
    ['bytes', Buffer.from([0, 159, 146, 150, 10, 255, 10])],
  ])('stay as they were when %s takes the place of one', async (_what, content) => {
    const directory = makeDirectory({ 'tor.txt': '203.0.113.7\n', 'vpn.txt': '203.0.113.8\n' });
    const lists = await createReputationLists({ directory });
    writeFileSync(join(directory, 'tor.txt'), content);
    writeFileSync(join(directory, 'vpn.txt'), '203.0.113.9\n');
    const status = await lists.reload();
    expect(status.problem).toMatch(/^tor\.txt: /);
    expect(status.entries).toBe(2);
    expect(lookUp(lists, '203.0.113.7')).toEqual(observed(['tor']));
    expect(lookUp(lists, '203.0.113.9')).toEqual(clean);

    writeFileSync(join(directory, 'tor.txt'), '203.0.113.10\n');
    expect((await lists.reload()).problem).toBeNull();
    expect(lookUp(lists, '203.0.113.7')).toEqual(clean);
    expect(lookUp(lists, '203.0.113.9')).toEqual(observed(['vpn']));
  });

  it('stay as they were when the directory goes away', async () => {
    const directory = makeDirectory({ 'tor.txt': '203.0.113.7\n' });
    const lists = await createReputationLists({ directory });
    rmSync(directory, { recursive: true });
    expect((await lists.reload()).problem).toContain('ENOENT');
    expect(lookUp(lists, '203.0.113.7')).toEqual(observed(['tor']));
  });

  it('call nobody clean while one of them was never read, and still tell whom the others list', async () => {
    const directory = makeDirectory({
      'tor.txt': '203.0.113.7\n',
      'tors.txt': '203.0.113.8\n',
      'vpn.txt': 'a\nb\nc\n203.0.113.9\n',
    });
    const lists = await createReputationLists({ directory });
    expect(lookUp(lists, '203.0.113.7')).toEqual(observed(['tor']));
    const cause =
      'tors.txt: its name starts with no category; vpn.txt: most lines are not list entries';
    expect(lookUp(lists, '203.0.113.8')).toEqual(unavailable(cause));
    expect(lookUp(lists, '203.0.113.9')).toEqual(unavailable(cause));
    expect(lists.status()).toMatchObject({ entries: 1, problem: cause });
  });

  it('call nobody clean whose network could not be told, where they list networks', async () => {
    const lists = await createReputationLists({
      directory: makeDirectory({ 'hosting.txt': 'AS64500\n203.0.113.7\n' }),
    });
    expect(lookUp(lists, '203.0.113.7', unavailable('no data'))).toEqual(observed(['hosting']));
    expect(lookUp(lists, '203.0.113.8', unavailable('no data'))).toMatchObject({
      state: 'unavailable',
    });
    expect(lookUp(lists, '203.0.113.8', absent)).toEqual(clean);
  });

  it('take the least count from the file name', async () => {
    const content = '203.0.113.1\t1\n203.0.113.3\t3\n203.0.113.5\t5\n';
    const of = async (name: string): Promise<number[]> => {
      const lists = await createReputationLists({ directory: makeDirectory({ [name]: content }) });
      const [report] = lists.status().lists;
      return [report?.entries ?? -1, report?.belowMinimum ?? -1];
    };
    expect(await of('abuse.ipsum.txt')).toEqual([2, 1]);
    expect(await of('abuse.ipsum.min1.txt')).toEqual([3, 0]);
    expect(await of('abuse.ipsum.min9.txt')).toEqual([0, 3]);
  });

  it('are as old as the oldest of them, by what it says itself or else by its file', async () => {
    const directory = makeDirectory({
      'tor.txt': '# updated: 2026-03-04\n203.0.113.7\n',
      'vpn.txt': '203.0.113.7\n',
    });
    utimesSync(join(directory, 'vpn.txt'), new Date('2026-05-01'), new Date('2026-05-01'));
    const lists = await createReputationLists({ directory });
    expect(lists.status().dataDate).toEqual(new Date('2026-03-04'));
    utimesSync(join(directory, 'vpn.txt'), new Date('2026-01-01'), new Date('2026-01-01'));
    expect((await lists.reload()).dataDate).toEqual(new Date('2026-01-01'));
  });

  it('are found through the links of a mounted ConfigMap, once', async () => {
    const directory = makeDirectory({ '..2026_11_24/tor.txt': '203.0.113.7\n' });
    symlinkSync('..2026_11_24', join(directory, '..data'));
    symlinkSync('..data/tor.txt', join(directory, 'tor.txt'));
    const { lists, entries } = (await createReputationLists({ directory })).status();
    expect([lists.map(({ file }) => file), entries]).toEqual([['tor.txt'], 1]);
  });

  it('swap at once: no lookup during a reload sees a part of the new ones', async () => {
    const directory = makeDirectory({ 'tor.txt': '203.0.113.7\n', 'vpn.txt': '203.0.113.7\n' });
    const lists = await createReputationLists({ directory });
    writeFileSync(join(directory, 'tor.txt'), '203.0.113.8\n'.repeat(20_000));
    writeFileSync(join(directory, 'vpn.txt'), '203.0.113.8\n'.repeat(20_000));
    const progress = { done: false };
    const reloads = Promise.all([lists.reload(), lists.reload()]).then(
      () => (progress.done = true),
    );
    const seen = new Set<string>();
    while (!progress.done) {
      seen.add(JSON.stringify([lookUp(lists, '203.0.113.7'), lookUp(lists, '203.0.113.8')]));
      await new Promise(setImmediate);
    }
    await reloads;
    const listed = observed(['tor', 'vpn']);
    expect([...seen].sort()).toEqual(
      [JSON.stringify([listed, clean]), JSON.stringify([clean, listed])].sort(),
    );
  });
});
