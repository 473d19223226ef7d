import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createPeers } from '../src/peers.js';

const requestFrom = (
  peer: string,
  headers: Readonly<Record<string, string>> = {},
): IncomingMessage => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  for (const [name, value] of Object.entries(headers)) request.headers[name.toLowerCase()] = value;
  return request;
};

const peers = createPeers(['10.0.0.0/8', 'fd00::/8']);

const names = [
  'X-Forwarded-For',
  'x-forwarded-for',
  'X-FORWARDED-FOR',
  'Forwarded',
  'X-Real-IP',
  'X-Client-IP',
  'CF-Connecting-IP',
  'True-Client-IP',
  'Fastly-Client-IP',
  'X-Cluster-Client-IP',
  'X-Original-Forwarded-For',
  'Via',
  'Client-IP',
];
const claims = [
  '203.0.113.9',
  '10.0.0.1',
  '203.0.113.9, 10.0.0.1',
  '127.0.0.1',
  '::1',
  '::ffff:10.0.0.1',
  'for=203.0.113.9;by=10.0.0.1',
  'for="[2001:db8::1]"',
  Array.from({ length: 100 }, (_, hop) => `10.0.1.${String(hop)}`).join(', '),
  ', , ,',
  'unknown',
  '0x7f000001',
  '2130706433',
  '203.0.113.9:443',
  '"203.0.113.9"',
  '169.254.169.254',
];
const corpus = names.flatMap((name) => claims.map((claim) => ({ name, claim })));

describe('the address behind a request', () => {
  it('has a corpus worth the name', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
  });

  it.each(corpus)('is the untrusted peer, whatever $name says: $claim', ({ name, claim }) => {
    const request = requestFrom('198.51.100.1', { [name]: claim });
    expect(peers.addressOf(request)).toBe('198.51.100.1');
    expect(peers.isTrusted(request)).toBe(false);
  });

  it.each(corpus.filter(({ name }) => !/^x-forwarded-for$/i.test(name)))(
    'is not what $name says even behind a trusted proxy: $claim',
    ({ name, claim }) => {
      const request = requestFrom('10.0.0.1', { 'X-Forwarded-For': '198.51.100.1', [name]: claim });
      expect(peers.addressOf(request)).toBe('198.51.100.1');
    },
  );

  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['10.9.9.9, 198.51.100.1', '198.51.100.1'],
    ['203.0.113.9, 198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['198.51.100.1, fd00::2', '198.51.100.1'],
    ['2001:db8::7', '2001:db8::7'],
  ])('behind a trusted proxy is the right-most untrusted one: %s', (forwarded, address) => {
    const request = requestFrom('10.0.0.1', { 'X-Forwarded-For': forwarded });
    expect(peers.addressOf(request)).toBe(address);
  });

  it.each(['unknown', '198.51.100.1:4711', 'evil.example', '010.1.2.3', '<script>'])(
    'is unknown when a trusted proxy writes %s',
    (forwarded) => {
      const request = requestFrom('10.0.0.1', { 'X-Forwarded-For': forwarded });
      expect(peers.addressOf(request)).toBeNull();
    },
  );

  it('knows a trusted proxy by its IPv4-mapped address, and a link-local peer without its zone', () => {
    const mapped = requestFrom('::ffff:10.0.0.1', { 'X-Forwarded-For': '198.51.100.1' });
    expect(peers.addressOf(mapped)).toBe('198.51.100.1');
    expect(peers.addressOf(requestFrom('fe80::1%eth0'))).toBe('fe80::1');
  });

  it('believes the scheme of a trusted proxy only', () => {
    const https = { 'X-Forwarded-Proto': 'https' };
    expect(peers.protocolOf(requestFrom('10.0.0.1', https))).toBe('https');
    expect(peers.protocolOf(requestFrom('198.51.100.1', https))).toBe('http');
  });
});
