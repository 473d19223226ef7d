import { decisionRequestSchema, toDecisionInput } from '../src/index.js';

const addressOf = (ip: string): string | null => {
  const { data } = decisionRequestSchema.safeParse({
    subject: { type: 'user', id: 'alice' },
    action: { name: 'login' },
    resource: { type: 'application', id: 'payroll' },
    context: { ip },
  });
  return data === undefined ? null : toDecisionInput(data, 'acme').address;
};

/** Every spelling of one address: whoever counts by it must count one. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  '203.0.113.7': [
    '203.0.113.7',
    '::ffff:203.0.113.7',
    '::FFFF:203.0.113.7',
    '::ffff:cb00:7107',
    '::FFFF:CB00:7107',
    '0:0:0:0:0:ffff:203.0.113.7',
    '0:0:0:0:0:ffff:cb00:7107',
    '0000:0000:0000:0000:0000:ffff:cb00:7107',
    '0000:0000:0000:0000:0000:ffff:203.0.113.7',
    '::0:ffff:203.0.113.7',
  ],
  '127.0.0.1': ['127.0.0.1', '::ffff:127.0.0.1', '::fFFf:127.0.0.1', '::ffff:7f00:1'],
  '0.0.0.0': ['0.0.0.0', '::ffff:0.0.0.0', '::ffff:0:0'],
  '255.255.255.255': ['255.255.255.255', '::ffff:255.255.255.255', '::ffff:ffff:ffff'],
  '2001:db8::1': [
    '2001:db8::1',
    '2001:DB8::1',
    '2001:0db8::1',
    '2001:db8:0:0:0:0:0:1',
    '2001:0db8:0000:0000:0000:0000:0000:0001',
    '2001:0DB8:0000:0000:0000:0000:0000:0001',
    '2001:db8::0:1',
    '2001:db8:0::1',
    '2001:db8:0:0::1',
    '2001:db8::0:0:1',
    '2001:db8::0.0.0.1',
  ],
  '::1': ['::1', '0::1', '::0:1', '0:0:0:0:0:0:0:1', '0000::0001'],
  '::': ['::', '0::', '::0', '0:0:0:0:0:0:0:0'],
  'fe80::1': ['fe80::1', 'FE80::1', 'fe80:0:0:0:0:0:0:1'],
};

/** Forms that parsers read in different ways, or that only look like an address. */
const refused = [
  ['127.1', '127.0.1', '127', '2130706433', '0x7f000001', '0x7f.0.0.1', '0x7f.1', '017700000001'],
  ['0177.0.0.1', '010.1.2.3', '008.8.8.8', '8.8.8.08', '00.0.0.0', '1.2.3.0x4', '1.2.3.4e0'],
  ['256.1.1.1', '1.1.1.256', '999.999.999.999', '-1.2.3.4', '+1.2.3.4', '1.2.3', '1.2.3.4.5'],
  ['1.2.3.', '.1.2.3', '1..2.3', '1,2,3,4', '1.2.3.4.', '1.2.3.4/32', '1.2.3.4:80', '1.2.3.4 '],
  [' 1.2.3.4', '1.2.3.4\n', '1.2.3.4\0', '1.2.3.4, 5.6.7.8', '"1.2.3.4"', '[1.2.3.4]', '１.2.3.4'],
  ['1。2。3。4', '①.②.③.④', '١.٢.٣.٤', '[::1]', '[::1]:80', '::1%lo', 'fe80::1%eth0', 'fe80::1%1'],
  ['::1/128', ':::', ':::1', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', '::g'],
  ['::ffff:256.1.1.1', '::ffff:1.2.3', '::ffff:01.2.3.4', '::ffff:0x7f.0.0.1', ':1', '1:', ''],
  ['unknown', 'localhost', 'evil.example', '_hidden', 'for=1.2.3.4', '<script>', 'null', '0'],
].flat();

const canonical = Object.entries(spellings).flatMap(([address, all]) =>
  all.map((sent) => [sent, address] as const),
);

describe('the form of an address', () => {
  it('is tried in a hundred ways', () => {
    expect(new Set([...refused, ...canonical.map(([sent]) => sent)]).size).toBeGreaterThan(100);
  });

  it.each(canonical)('%s is %s', (sent, address) => {
    expect(addressOf(sent)).toBe(address);
  });

  it.each(refused.map((sent) => [JSON.stringify(sent), sent]))('%s is refused', (_name, sent) => {
    expect(addressOf(sent)).toBeNull();
  });
});
