import { pick, type Random } from './body-mutations.js';

const line = '\r\n';

interface Parts {
  readonly start: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const text = ({ start, headers, body }: Parts): string => [start, ...headers, '', body].join(line);

/** A frame with one thing wrong: each was read in two ways by some pair of servers, or crashed one. */
type Twist = (valid: Parts, random: Random) => Parts | string;

const withHeaders =
  (...more: readonly string[]): Twist =>
  (valid) => ({ ...valid, headers: [...valid.headers, ...more] });
const withStart =
  (start: string): Twist =>
  (valid) => ({ ...valid, start });
/** In place of the length, a body in chunks. */
const chunked =
  (body: string, ...headers: readonly string[]): Twist =>
  (valid) => ({
    ...valid,
    headers: [
      ...valid.headers.filter((header) => !header.startsWith('Content-Length')),
      'Transfer-Encoding: chunked',
      ...headers,
    ],
    body,
  });
const without =
  (name: string): Twist =>
  (valid) => ({ ...valid, headers: valid.headers.filter((header) => !header.startsWith(name)) });

const twists: Readonly<Record<string, Twist>> = {
  'CL and TE': withHeaders('Transfer-Encoding: chunked'),
  'TE before CL': (valid) => ({
    ...valid,
    headers: ['Transfer-Encoding: chunked', ...valid.headers],
    body: '0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
  }),
  'two lengths': withHeaders('Content-Length: 1'),
  'a length of two values': withHeaders('Content-Length: 5, 5'),
  'a negative length': (valid) => ({ ...valid, headers: ['Host: x', 'Content-Length: -1'] }),
  'a length of hexadecimal': (valid) => ({
    ...valid,
    headers: ['Host: x', 'Content-Length: 0x10'],
  }),
  'a length with a plus': (valid) => ({ ...valid, headers: ['Host: x', 'Content-Length: +5'] }),
  'a length of ages': (valid) => ({
    ...valid,
    headers: ['Host: x', 'Content-Length: 99999999999999999999999'],
  }),
  'no Host': without('Host'),
  'two Hosts': withHeaders('Host: other.example'),
  'obs-fold': withHeaders('X-Folded: one', ' two'),
  'obs-fold of TE': withHeaders('Transfer-Encoding:', ' chunked'),
  'a blank before the colon': withHeaders('Transfer-Encoding : chunked'),
  'TE xchunked': withHeaders('Transfer-Encoding: xchunked'),
  'TE identity, chunked': chunked('5\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: identity'),
  'TE with a tab': withHeaders('Transfer-Encoding:\tchunked\v'),
  'a bad chunk size': chunked('zz\r\nhello\r\n0\r\n\r\n'),
  'a chunk size of ages': chunked('fffffffffffffffff\r\nhello\r\n0\r\n\r\n'),
  'a negative chunk size': chunked('-5\r\nhello\r\n0\r\n\r\n'),
  'a chunk longer than its size': chunked('2\r\nhello\r\n0\r\n\r\n'),
  'a chunk extension of 100 kB': chunked(`5;${'x'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`),
  'a trailer of framing': chunked('0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n'),
  'chunks that never end': chunked('5\r\nhello\r\n'),
  'a NUL in a header': withHeaders('X-Nul: a\0b'),
  'a NUL in a name': withHeaders('X-N\0ul: a'),
  'a bare CR': withHeaders('X-Cr: a\rb'),
  'a bare LF': (valid) => text(valid).replaceAll('\r\n', '\n'),
  'a __proto__ header': withHeaders('__proto__: x', 'constructor: y'),
  'a header of 100 kB': withHeaders(`X-Large: ${'x'.repeat(100_000)}`),
  '5,000 headers': withHeaders(...Array.from({ length: 5_000 }, (_, n) => `X-${String(n)}: 1`)),
  'a header without a name': withHeaders(': x'),
  'a header without a colon': withHeaders('nonsense'),
  'HTTP/0.9': () => 'GET /v1/decisions\r\n',
  'HTTP/1.2': withStart('POST /v1/decisions HTTP/1.2'),
  'HTTP/2 preface': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'no version': withStart('POST /v1/decisions'),
  'absolute form': withStart('POST http://169.254.169.254/latest/meta-data HTTP/1.1'),
  'authority form': withStart('CONNECT 127.0.0.1:6379 HTTP/1.1'),
  'asterisk form': withStart('OPTIONS * HTTP/1.1'),
  TRACE: withStart('TRACE /v1/decisions HTTP/1.1'),
  'an unknown method': withStart('JUMP /v1/decisions HTTP/1.1'),
  'a path of 100 kB': withStart(`POST /${'a'.repeat(100_000)} HTTP/1.1`),
  'a path with a blank': withStart('POST /v1/decisions x HTTP/1.1'),
  'a path that climbs': withStart('GET /v1/../../etc/passwd HTTP/1.1'),
  'a bad escape': withStart('GET /v1/decisions/%zz HTTP/1.1'),
  'an upgrade': withHeaders('Connection: Upgrade', 'Upgrade: websocket'),
  h2c: withHeaders('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA'),
  'an expectation': withHeaders('Expect: 200-maybe'),
  'garbage after the body': (valid) => `${text(valid)}\0\x16\x03\x01 GARBAGE\r\n\r\n`,
  'a TLS hello': (_valid, random) =>
    `\x16\x03\x01\x02\x00${String.fromCharCode(...Array.from({ length: 60 }, () => Math.floor(random() * 256)))}`,
  'Redis commands': () => '*1\r\n$8\r\nFLUSHALL\r\n',
  'half a header': (valid, random) => {
    const whole = text(valid);
    return whole.slice(0, Math.floor(random() * whole.length));
  },
  'random bytes': (_valid, random) =>
    Array.from({ length: 200 }, () => String.fromCharCode(Math.floor(random() * 256))).join(''),
  'one byte changed': (valid, random) => {
    const whole = text(valid);
    const at = Math.floor(random() * whole.length);
    return `${whole.slice(0, at)}${String.fromCharCode(Math.floor(random() * 256))}${whole.slice(at + 1)}`;
  },
};

export interface Frame {
  readonly what: string;
  readonly bytes: Buffer;
}

/** Each twist in its turn; every second one with a byte of it changed as well. */
export const frameOf = (n: number, apiKey: string, random: Random): Frame => {
  const names = Object.keys(twists);
  const what = names[n % names.length] ?? pick(names, random);
  const body = '{"subject":{"type":"user","id":"framed"}}';
  const valid: Parts = {
    start: 'POST /v1/decisions HTTP/1.1',
    headers: [
      'Host: 127.0.0.1',
      `Authorization: Bearer ${apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${String(body.length)}`,
    ],
    body,
  };
  const twisted = twists[what]?.(valid, random) ?? valid;
  const bytes = Buffer.from(typeof twisted === 'string' ? twisted : text(twisted), 'latin1');
  if (n >= names.length && random() < 0.5) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  }
  return { what, bytes };
};
