import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { absent, observed } from '@stepgate/engine';
import { parseAddress } from '../src/address.js';
import type { Address } from '../src/address.js';
import { createPackagedNetworks, packNetworks } from '../src/index.js';
import type { NetworkSource } from '../src/index.js';
import { buildAsnTable } from '../src/networks/asn-csv.js';
import { networkAt } from '../src/networks/asn-table.js';
import type { AsnTable } from '../src/networks/asn-table.js';
import { packAsnTable, unpackAsnTable } from '../src/networks/packed-asn-table.js';
import type { PackedAsnTable } from '../src/networks/packed-asn-table.js';
import { runInSlices } from '../src/sliced-work.js';
import { makeDirectory, removeDirectories } from './list-directories.js';

const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`not an address: ${text}`);
  return address;
};
const build = async (ipv4: string, ipv6 = ''): Promise<AsnTable> =>
  runInSlices(buildAsnTable(Buffer.from(ipv4), Buffer.from(ipv6)));

afterAll(removeDirectories);

describe('a table of networks', () => {
  it('knows first and last address of each row and nothing between rows', async () => {
    const table = await build(
      '1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."\n1.0.1.0,1.0.1.9,64500,"LLC ""SPUTNIK"""\n1.0.4.0,1.0.7.255,38803,Gtelecom\n',
      '2001:db8::,2001:db8::ffff,64501,Éxample\n',
    );
    const at = (text: string): unknown => networkAt(table, addressOf(text));
    expect(at('0.255.255.255')).toEqual(absent);
    expect(at('1.0.0.0')).toEqual(observed({ asn: 13335, org: 'Cloudflare, Inc.' }));
    expect(at('1.0.0.255')).toEqual(observed({ asn: 13335, org: 'Cloudflare, Inc.' }));
    expect(at('1.0.1.9')).toEqual(observed({ asn: 64500, org: 'LLC "SPUTNIK"' }));
    expect(at('1.0.1.10')).toEqual(absent);
    expect(at('1.0.7.255')).toEqual(observed({ asn: 38803, org: 'Gtelecom' }));
    expect(at('1.0.8.0')).toEqual(absent);
    expect(at('2001:db8::ffff')).toEqual(observed({ asn: 64501, org: 'Éxample' }));
    expect(at('2001:db8::1:0')).toEqual(absent);
  });

  it('follows the later row where two overlap', async () => {
    const table = await build('1.0.0.0,1.0.0.255,1,One\n1.0.0.128,1.0.1.255,2,Two\n');
    expect(networkAt(table, addressOf('1.0.0.127'))).toMatchObject({ value: { asn: 1 } });
    expect(networkAt(table, addressOf('1.0.0.128'))).toMatchObject({ value: { asn: 2 } });
  });

  it('ends with the address space', async () => {
    const table = await build('255.0.0.0,255.255.255.255,7,Seven\n');
    expect(networkAt(table, addressOf('255.255.255.255'))).toMatchObject({ value: { asn: 7 } });
  });

  it.each([
    ['disorder', '2.0.0.0,2.0.0.1,1,One\n1.0.0.0,1.0.0.1,2,Two\n'],
    ['the other family', '2001:db8::,2001:db8::1,1,One\n'],
    ['an error page', '<html></html>\n'],
    ['a missing column', '1.0.0.0,1.0.0.1,One\n'],
  ])('is refused for %s', async (_what, text) => {
    await expect(build(text)).rejects.toThrow(/line \d of the IPv4 file/);
  });
});

describe('a packed table', () => {
  it('comes back as it was', async () => {
    const packed = {
      version: '1',
      table: await build('1.0.0.0,1.0.0.255,7,Seven\n', '2001::,2001::1,8,Eight\n'),
    };
    expect(unpackAsnTable(packAsnTable(packed))).toEqual(packed);
  });

  it.each<[string, (packed: Buffer) => Buffer]>([
    ['cut short', (packed) => packed.subarray(0, packed.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['altered', (packed) => Buffer.from(packed).fill(0, packed.length - 4)],
    ['longer', (packed) => Buffer.concat([packed, Buffer.alloc(1)])],
  ])('is refused when it is %s', async (_what, damage) => {
    const packed = packAsnTable({
      version: '1',
      table: await build('1.0.0.0,1.0.0.255,7,Seven\n'),
    });
    expect(unpackAsnTable(damage(packed))).toBeNull();
  });

  it('is refused when it is sound but holds something else', () => {
    const other = { version: '1', table: { tables: {} } } as unknown as PackedAsnTable;
    expect(unpackAsnTable(packAsnTable(other))).toBeNull();
  });
});

describe('the packaged networks', () => {
  const csv = join(
    dirname(createRequire(import.meta.url).resolve('@ip-location-db/asn/package.json')),
    'asn-ipv4.csv',
  );
  const directory = makeDirectory();
  const packedPath = join(directory, 'asn.bin');
  let parsed: NetworkSource;
  let unpacked: NetworkSource;

  beforeAll(async () => {
    parsed = await createPackagedNetworks({ packedPath: join(directory, 'none.bin') });
    await packNetworks({ packedPath });
    unpacked = await createPackagedNetworks({ packedPath });
  }, 60_000);

  it('say when their data were made, packed or not', () => {
    const status = { source: 'asn', dataDate: new Date('2026-06-17'), problem: null };
    expect(parsed.status()).toEqual(status);
    expect(unpacked.status()).toEqual(status);
  });

  it('know what the published rows say, packed or not', () => {
    const rows = readFileSync(csv, 'utf8').split('\n');
    for (let index = 0; index < rows.length - 1; index += 997) {
      const [first = '', last = '', asn = ''] = (rows[index] ?? '').split(',');
      for (const text of [first, last]) {
        const answer = unpacked.lookUp(addressOf(text));
        expect(answer).toMatchObject({ state: 'observed', value: { asn: Number(asn) } });
        expect(parsed.lookUp(addressOf(text))).toEqual(answer);
      }
    }
    expect(unpacked.lookUp(addressOf('2001:67c:2e8::1'))).toMatchObject({ value: { asn: 3333 } });
  });

  it.each<[string, Buffer | null]>([
    ['of another version', null],
    ['no packed file at all', Buffer.from('<html></html>')],
  ])(
    'are read from the package when the packed file is %s',
    async (_what, content) => {
      const older = packAsnTable({
        version: '0.0.2001010100',
        table: await build('8.0.0.0,8.8.8.8,1,One\n'),
      });
      const path = join(makeDirectory({ 'asn.bin': content ?? older }), 'asn.bin');
      const networks = await createPackagedNetworks({ packedPath: path });
      expect(networks.status().problem).toBeNull();
      expect(networks.lookUp(addressOf('8.8.8.8'))).toMatchObject({ value: { asn: 15169 } });
    },
    60_000,
  );

  it('are unavailable with the cause when the packed file cannot even be opened', async () => {
    const networks = await createPackagedNetworks({ packedPath: directory });
    expect(networks.status().problem).toContain('EISDIR');
    expect(networks.lookUp(addressOf('8.8.8.8'))).toMatchObject({ state: 'unavailable' });
  });
});
