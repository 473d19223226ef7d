import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRangeSet, numberOfAddress, rangeOf } from '../src/population/ip-range.js';
import { feedsOfLists } from '../src/run/feeds-of-lists.js';
import { readOwnAsns, writeReputationDirectory } from '../src/run/reputation-directory.js';
import { loadSignalSources } from '../src/run/signal-sources.js';

const shipped = join(__dirname, '../../../infra/reputation');

describe('evaluation without feeds', () => {
  it('spells the networks of the shipped lists out as blocks', async () => {
    const feeds = await feedsOfLists(shipped);
    expect(feeds.tor.length).toBeGreaterThan(1_000);
    expect(feeds.hostingAsns).toContain(9009);
    for (const block of [...feeds.vpn, ...feeds.hosting]) expect(block).toMatch(/^[\d.]+\/\d+$/);
    const isVpn = createRangeSet(feeds.vpn.map(rangeOf));
    const { addressIntel } = await loadSignalSources(shipped);
    const [example = ''] = feeds.vpn;
    const address = example.split('/')[0] ?? '';
    expect(isVpn(numberOfAddress(address))).toBe(true);
    expect(addressIntel.lookUp(address).reputation).toMatchObject({
      state: 'observed',
      value: expect.arrayContaining(['vpn']),
    });
  }, 60_000);

  it('gives the service a part of the feeds, and its own lists of carriers and satellites whole', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'stepgate-lists-'));
    const feeds = await feedsOfLists(shipped);
    await writeReputationDirectory(directory, { feeds, shipped, seed: 1 });
    const { reputation } = await loadSignalSources(directory);
    const { lists, rejectedLines } = reputation.status();
    expect(lists.every(({ refused }) => refused === null)).toBe(true);
    expect(rejectedLines).toBe(0);
    const files = await readdir(directory);
    expect(files).toEqual(expect.arrayContaining(['tor.evaluation.txt', 'vpn.evaluation.txt']));
    expect(await readOwnAsns(directory, 'mobile')).toEqual(await readOwnAsns(shipped, 'mobile'));
    const tor = lists.find(({ file }) => file.startsWith('tor.'));
    expect(tor?.entries).toBeLessThan(0.75 * feeds.tor.length);
    expect(tor?.entries).toBeGreaterThan(0.25 * feeds.tor.length);
    await rm(directory, { recursive: true, force: true });
  }, 60_000);
});
