import { gzipSync } from 'node:zlib';

export type Random = () => number;

export const pick = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

export interface Sent {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

type Mutation = (valid: string, random: Random) => Buffer | string | Sent;

const json = { 'content-type': 'application/json' };

const flipped: Mutation = (valid, random) => {
  const bytes = Buffer.from(valid);
  for (let n = Math.ceil(random() * 8); n > 0; n -= 1) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  }
  return bytes;
};

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** JSON texts of values: some of them JSON.stringify could never write. */
const hostileValues = [
  nested(3_000),
  nestedObjects(1_500),
  '1e400',
  '-1e400',
  '9'.repeat(400),
  '-0',
  '0.1e-999999999',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\u001b[31m\\r\\nfake log line"',
  '"\\u2028\\u202e\\ufeff"',
  '"\u0001"',
  '{"__proto__":{"decision":"allow"}}',
  '{"constructor":{"prototype":{"decision":"allow"}}}',
  '{"toString":null,"valueOf":1,"toJSON":true,"then":"x"}',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"__proto__"',
  'NaN',
  'undefined',
  `"${'x'.repeat(9_000)}"`,
  `[${'1,'.repeat(4_000)}1]`,
  `{${Array.from({ length: 900 }, (_, n) => `"k${String(n)}":1`).join(',')}}`,
  '"2026-13-45T99:99:99Z"',
  '"127.1"',
  '"::ffff:0x7f.1"',
  '"fe80::1%eth0"',
  '"1.2.3.4:5555"',
] as const;

/** Where a value of the text stands; the text is our own, so every colon outside a string has one. */
const valueAt = /:("(?:[^"\\]|\\.)*"|-?[\d.]+|true|false|null)/g;

const replaced: Mutation = (valid, random) => {
  const places = [...valid.matchAll(valueAt)];
  const place = pick(places, random);
  const start = place.index + 1;
  return (
    valid.slice(0, start) + pick(hostileValues, random) + valid.slice(place.index + place[0].length)
  );
};

const keyAt = /"[a-z_]+":/g;

const rekeyed: Mutation = (valid, random) => {
  const place = pick([...valid.matchAll(keyAt)], random);
  const twice = `${place[0]}${pick(hostileValues, random)},${place[0]}`;
  const key = pick([twice, '"__proto__":', '"constructor":', '"\\u0000":', '"":', '"ip":'], random);
  return valid.slice(0, place.index) + key + valid.slice(place.index + place[0].length);
};

const truncated: Mutation = (valid, random) => valid.slice(0, Math.floor(random() * valid.length));
const trailing: Mutation = (valid, random) =>
  valid + pick([valid, '\0', '}', ',', 'garbage'], random);
const swollen: Mutation = (valid, random) =>
  valid.replace('{', `{"pad":"${'p'.repeat(Math.floor(random() * 300_000))}",`);
const noise: Mutation = (_valid, random) =>
  Buffer.from(Array.from({ length: Math.floor(random() * 600) }, () => Math.floor(random() * 256)));
const whole: Mutation = (valid, random) =>
  pick([valid, nested(8_000), nestedObjects(2_500)], random);

/** 48 kB that would be 50 MB. */
const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));

const encoded: Mutation = (valid, random) => {
  const utf16 = Buffer.from(valid, 'utf16le');
  return pick<Sent>(
    [
      { body: bomb, headers: { ...json, 'content-encoding': 'gzip' } },
      { body: gzipSync(valid), headers: { ...json, 'content-encoding': 'gzip, deflate, br' } },
      { body: utf16, headers: { 'content-type': 'application/json; charset=utf-16le' } },
      { body: utf16, headers: json },
      { body: Buffer.from(`\ufeff${valid}`), headers: json },
      { body: Buffer.from(valid), headers: { 'content-type': 'text/plain' } },
      {
        body: Buffer.from(valid),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      { body: Buffer.from(valid), headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      {
        body: Buffer.from(valid),
        headers: { 'content-type': `application/json;${' '.repeat(4_000)}x` },
      },
      { body: Buffer.from(valid), headers: {} },
      {
        body: Buffer.from(valid, 'latin1'),
        headers: { 'content-type': 'application/json; charset=latin1' },
      },
    ],
    random,
  );
};

const mutations: readonly Mutation[] = [
  flipped,
  flipped,
  replaced,
  replaced,
  replaced,
  rekeyed,
  rekeyed,
  truncated,
  trailing,
  swollen,
  noise,
  whole,
  encoded,
];

/** A body that something is wrong with, most of the time. */
export const mutate = (valid: string, random: Random): Sent => {
  const mutated = pick(mutations, random)(valid, random);
  return typeof mutated === 'string' || Buffer.isBuffer(mutated)
    ? { body: Buffer.from(mutated), headers: json }
    : mutated;
};
