import { createServer, type Server } from 'node:net';
import { parseSinks } from '../src/sinks-file/parse-sinks.js';
import { createConnect } from '../src/sinks/email/connect.js';
import { createAddressJudge, mayBeAllowed } from '../src/sinks/outbound/judge-address.js';
import { createPost, type HttpAnswer } from '../src/sinks/outbound/post.js';
import { systemLookup } from '../src/sinks/outbound/target-guard.js';
import type { TargetRule } from '../src/sinks/sink-spec.js';
import { startDnsServer, type DnsServer } from './dns-server.js';
import { hostileUrls } from './hostile-urls.js';
import { startReceiver, status, type Receiver } from './receiver.js';
import { never } from './samples.js';
import { emailSpec, limits, publicOnly } from './specs.js';

/** Global unicast that IANA has not given to anybody: public by its looks, and nobody is there. */
const nobody = '2d00::53';

const zone = {
  'loop.test': () => ['127.0.0.1'],
  'loop6.test': () => ['::1'],
  'mapped.test': () => ['::ffff:127.0.0.1'],
  'translated.test': () => ['64:ff9b::7f00:1'],
  'unspecified.test': () => ['0.0.0.0'],
  'private.test': () => ['10.1.2.3'],
  'metadata.test': () => ['169.254.169.254'],
  'first-public.test': () => [nobody, '127.0.0.1'],
  'last-public.test': () => ['127.0.0.1', nobody],
  'never-answers.test': () => [],
  'public.test': () => [nobody],
  // Asked for A and for AAAA: two questions make one lookup.
  'rebinding.test': (nth: number) => [nth < 2 ? nobody : '127.0.0.1'],
};

let dns: DnsServer;
const canaries: Server[] = [];
let touched = 0;
let port = 0;

const listenOn = (host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      touched += 1;
      socket.destroy();
    });
    canaries.push(server);
    server.once('error', reject).listen(port, host, () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') port = address.port;
      resolve();
    });
  });

beforeAll(async () => {
  dns = await startDnsServer(zone);
  await listenOn('127.0.0.1');
  await listenOn('127.1.2.3');
  await listenOn('::1').catch(() => {
    // No IPv6 on this machine: nothing could connect to it either.
    canaries.pop();
  });
});
afterAll(async () => {
  await dns.stop();
  for (const canary of canaries) canary.close();
});
beforeEach(() => {
  touched = 0;
});

const quick = { ...limits, connectMs: 300, totalMs: 1_000 };
const post = (address: string, target: TargetRule = publicOnly): Promise<HttpAnswer> =>
  createPost({ target, limits: quick, ca: null, lookup: dns.lookup })({
    url: new URL(address),
    headers: {},
    body: '{}',
    signal: never,
  });

const atCanary = (address: string): string => address.replace('PORT', String(port));

const problemsOf = (address: string): readonly string[] => {
  const text = `stepgate: v1\nsinks:\n  - name: hook\n    type: webhook\n    url: ${JSON.stringify(address)}\n    secrets: [{env: SECRET}]\n`;
  const env = { SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
  const { problems } = parseSinks(text, { mode: 'production', env, directory: '/' });
  return problems.map(({ message }) => message);
};
/** Names are judged when they are resolved. */
const isName = (address: string): boolean => /^https:\/\/[^/@]*\.test\.?[:/]/u.test(address);

describe('where alerts may go', () => {
  it('counts connections to the canary, so that none means none', async () => {
    const allowed = { allowAddresses: [], allowLoopback: true };
    await post(`https://127.0.0.1:${String(port)}/`, allowed);
    await post(`https://loop.test:${String(port)}/`, allowed);
    expect(touched).toBe(2);
  });

  it('has a list of at least sixty hostile addresses', () => {
    expect(new Set(hostileUrls).size).toBeGreaterThanOrEqual(60);
  });

  it.each(hostileUrls)('refuses %s and connects to nothing', async (template) => {
    const address = atCanary(template);
    const problems = problemsOf(address);
    if (!isName(address)) expect(problems).toHaveLength(1);
    // Even where the file's check were passed by: the connection has a guard of its own.
    if (URL.canParse(address)) {
      const { hostname } = new URL(address);
      const answer = await post(address);
      expect(answer).toEqual({
        kind: 'failed',
        cause: hostname.includes('example.com')
          ? expect.stringMatching(/not allowed|no answer/u)
          : 'the address of the receiver is not allowed',
      });
    }
    expect(touched).toBe(0);
  });

  it('hears no second answer of a name server that changes its mind', async () => {
    const answer = await post(`https://rebinding.test:${String(port)}/`);
    // To the address that was judged: nobody is there.
    expect(answer).toMatchObject({
      kind: 'failed',
      cause: expect.stringMatching(/^no answer: E|CONNECT_TIMEOUT/u),
    });
    expect(dns.asked('rebinding.test')).toBe(2);
    expect(touched).toBe(0);
    // The next delivery asks anew, and judges anew.
    expect(await post(`https://rebinding.test:${String(port)}/`)).toEqual({
      kind: 'failed',
      cause: 'the address of the receiver is not allowed',
    });
    expect(touched).toBe(0);
  });

  it('gives up on a host that does not answer', async () => {
    const target = { allowAddresses: ['192.0.2.0/24'], allowLoopback: false };
    const startedAt = Date.now();
    expect(await post('https://192.0.2.1/', target)).toMatchObject({
      kind: 'failed',
      cause: expect.stringMatching(/^no answer/u),
    });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  describe('when a receiver redirects or the environment names a proxy', () => {
    let receiver: Receiver;
    const saved = { ...process.env };
    afterEach(async () => {
      process.env = saved;
      await receiver.stop();
    });
    const send = (): Promise<HttpAnswer> =>
      post(receiver.url.href, { allowAddresses: [], allowLoopback: true });

    it.each([301, 302, 303, 307, 308])('does not follow a %i', async (code) => {
      for (const location of [
        `http://127.0.0.1:${String(port)}/`,
        'http://169.254.169.254/latest/meta-data/',
      ]) {
        receiver = await startReceiver(status(code, { location }));
        expect(await send()).toMatchObject({ kind: 'answered', status: code });
        expect(receiver.received).toHaveLength(1);
        await receiver.stop();
      }
      expect(touched).toBe(0);
    });

    it('goes past proxies', async () => {
      receiver = await startReceiver(status(204));
      const proxy = `http://127.0.0.1:${String(port)}`;
      for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
        process.env = { ...process.env, [name]: proxy, [name.toLowerCase()]: proxy };
      }
      process.env['NODE_USE_ENV_PROXY'] = '1';
      expect(await send()).toMatchObject({ kind: 'answered', status: 204 });
      expect(touched).toBe(0);
    });
  });

  it.each(['127.0.0.1', 'localhost', '::1', 'loop.test', 'mapped.test', '10.0.0.1'])(
    'lets mail to %s no more than the web',
    async (host) => {
      const spec = emailSpec({ host, port, tls: 'starttls', target: publicOnly });
      const error = await new Promise((resolve) => {
        createConnect(spec, dns.lookup)(resolve);
      });
      expect(error).toMatchObject({ code: 'TARGET_REFUSED' });
      expect(touched).toBe(0);
    },
  );

  it('resolves names by the system where nobody says otherwise', async () => {
    expect(await systemLookup('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
  });
});

describe('an exception for a network of the operator', () => {
  const own = { allowAddresses: ['10.1.2.0/24', 'fd12:3456::/32'], allowLoopback: false };
  const judge = createAddressJudge(own);

  it.each(['10.1.2.3', '::ffff:10.1.2.3', 'fd12:3456::1', '93.184.216.34'])(
    'lets %s in',
    (address) => {
      expect(judge(address)).toBe(true);
    },
  );
  it.each([
    '10.1.3.1',
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    'fe80::1',
    'fd00:ec2::254',
    '0.0.0.0',
  ])('still refuses %s', (address) => {
    expect(judge(address)).toBe(false);
  });

  it('never reaches a metadata service, whatever network it lies in', () => {
    const wide = { allowAddresses: ['100.64.0.0/10', 'fd00::/8'], allowLoopback: false };
    const wideJudge = createAddressJudge(wide);
    expect(['100.64.0.1', 'fd00::1'].map(wideJudge)).toEqual([true, true]);
    expect(['100.100.100.200', 'fd00:ec2::254'].map(wideJudge)).toEqual([false, false]);
  });

  it.each([
    '0.0.0.0/0',
    '::/0',
    '127.0.0.0/8',
    '127.0.0.1/32',
    '169.254.0.0/16',
    '160.0.0.0/4',
    '::1/128',
    'fe80::/10',
    '224.0.0.0/4',
    '100.100.100.200/32',
    'fd00:ec2::254/128',
  ])('cannot be made of %s', (range) => {
    expect(mayBeAllowed(range)).toBe(false);
  });
  it.each(['10.0.0.0/8', '192.168.4.0/24', '100.64.0.0/10', 'fd00::/8'])('can of %s', (range) => {
    expect(mayBeAllowed(range)).toBe(true);
  });
});

describe('addresses in the open', () => {
  const judge = createAddressJudge(publicOnly);
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1', '64:ff9b::101:101'])(
    'are public: %s',
    (address) => {
      expect(judge(address)).toBe(true);
    },
  );
  it.each(['', 'alerts.example.com', '0x7f.1', '127.1', '1.1.1', 'fe80::1%lo', '1.1.1.1/8', '::g'])(
    'are written in full: "%s" is none',
    (address) => {
      expect(judge(address)).toBe(false);
    },
  );
});
