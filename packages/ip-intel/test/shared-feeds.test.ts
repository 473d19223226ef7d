import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { absent, observed } from '@stepgate/engine';
import { parseAddress } from '../src/address.js';
import type { Address } from '../src/address.js';
import { createReputationLists } from '../src/index.js';
import type { ReputationLists } from '../src/index.js';
import { makeDirectory, removeDirectories } from './list-directories.js';
import { describeWithSharedData, sharedPath } from './shared-data.js';

/** Name here, name and entries there (its README). */
const feeds: readonly (readonly [string, string, number])[] = [
  [
    'abuse.ipsum.min1.txt',
    'ipsum.txt',
    89_657 + 16_556 + 8863 + 3941 + 1095 + 248 + 47 + 14 + 6 + 3,
  ],
  ['abuse.ipsum.txt', 'ipsum.txt', 8863 + 3941 + 1095 + 248 + 47 + 14 + 6 + 3],
  ['abuse.ipsum-level3.txt', 'ipsum-level3.txt', 14_217],
  ['abuse.ipsum-level5.txt', 'ipsum-level5.txt', 1413],
  ['tor.exit-nodes.lst', 'tor-exit-nodes.lst', 1746],
  ['tor.nodes.lst', 'tor-nodes.lst', 8054],
  ['relay.apple.txt', 'x4bnet-apple-private-relay.txt', 3290],
  ['hosting.asn.txt', 'x4bnet-datacenter-asn.txt', 906],
  ['hosting.ipv4.txt', 'x4bnet-datacenter-ipv4.txt', 42_566],
  ['hosting.ipv6.txt', 'x4bnet-datacenter-ipv6.txt', 8752],
  ['vpn.asn.txt', 'x4bnet-vpn-asn.txt', 15],
  ['vpn.ipv4.txt', 'x4bnet-vpn-ipv4.txt', 10_862],
  ['vpn.ipv6.txt', 'x4bnet-vpn-ipv6.txt', 498],
];

const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`not an address: ${text}`);
  return address;
};

describeWithSharedData('the published feeds', () => {
  let lists: ReputationLists;
  beforeAll(async () => {
    const directory = makeDirectory();
    for (const [name, source] of feeds) {
      copyFileSync(sharedPath(join('feeds', source)), join(directory, name));
    }
    lists = await createReputationLists({ directory });
  }, 60_000);
  afterAll(removeDirectories);

  it.each(feeds)('are read whole: %s', (name, _source, entries) => {
    const report = lists.status().lists.find(({ file }) => file === name);
    expect(report).toMatchObject({ entries, rejectedLines: 0, refused: null });
  });

  it('list every address of theirs under their category', () => {
    for (const [name, source] of feeds.filter(([, source]) => /tor|level/.test(source))) {
      const category = name.split('.')[0];
      const texts = readFileSync(sharedPath(join('feeds', source)), 'utf8')
        .trim()
        .split('\n');
      const missing = texts.filter((text) => {
        const signal = lists.lookUp(addressOf(text), absent);
        return signal.state !== 'observed' || !signal.value.some((found) => found === category);
      });
      expect(missing).toEqual([]);
    }
  });

  it('know the network behind an address that is on no list itself', () => {
    const nordVpn = observed({ asn: 9009, org: 'M247' });
    expect(lists.lookUp(addressOf('192.0.2.1'), nordVpn)).toMatchObject({
      value: expect.arrayContaining(['vpn']) as unknown,
    });
  });

  it('reload without holding the event loop', async () => {
    const delay = monitorEventLoopDelay({ resolution: 2 });
    const startedAt = performance.now();
    delay.enable();
    await lists.reload();
    delay.disable();
    const took = performance.now() - startedAt;
    const longest = delay.max / 1e6;
    console.info(
      `reload of ${lists.status().entries} entries: ${took.toFixed(0)} ms, longest pause ${longest.toFixed(1)} ms, tables ${lists.status().tableBytes} bytes`,
    );
    expect(lists.status().problem).toBeNull();
    // Ten slices and a busy neighbour; reading in one go takes as long as the whole reload.
    expect(longest).toBeLessThan(Math.max(100, took / 3));
  }, 60_000);
});
