import net from 'node:net';
import { riskHeaders } from '@stepgate/client';
import { allow, decisionId } from '../../../packages/client/test/decisions.js';
import { cookiesOf, exchange, type Received, type Sent } from './http-exchange.js';
import { aliceLogin, startGateway, type TestGateway } from './start-gateway.js';

let gateway: TestGateway;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway();
  cookie = cookiesOf(await exchange(`${gateway.url}/login`, aliceLogin));
});
beforeEach(() => {
  gateway.upstream.override = null;
});
afterAll(() => gateway.close());

const visit = (path: string, sent: Sent = {}, jar = cookie): Promise<Received> =>
  exchange(gateway.url + path, { ...sent, headers: { ...sent.headers, cookie: jar } });
const lastSeen = () => gateway.upstream.seen.at(-1);

describe('a page', () => {
  it.each([
    ['no session', () => ''],
    ['a forged session', () => 'stepgate_session=Fe26.2*x*y*z*a*b*c*d'],
    ['an empty session', () => 'stepgate_session='],
    ['a session that was tampered with', () => cookie.replace(/(stepgate_session=.{150})./, '$1!')],
    ["the application's own session only", () => 'toy_session=opaque'],
  ])('is closed to a browser with %s', async (_name, jar) => {
    const seen = gateway.upstream.seen.length;
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
      expect((await visit('/', { method }, jar())).status).toBe(401);
    }
    expect(gateway.upstream.seen).toHaveLength(seen);
  });

  it('is passed on with what the gateway knows', async () => {
    const received = await visit('/reports?year=2026');
    expect(received.status).toBe(200);
    expect(received.json()).toEqual({
      path: '/reports',
      subject: 'alice',
      groups: 'finance',
      risk_decision: 'allow',
      risk_score: String(allow.risk.score),
      risk_level: 'low',
      decision_id: decisionId,
      address: '127.0.0.1',
    });
    expect(lastSeen()?.url).toBe('/reports?year=2026');
  });

  it('sees nothing that the client forged', async () => {
    const forged = Object.fromEntries([
      ...riskHeaders.map((name) => [name, 'forged']),
      ...riskHeaders.map((name) => [name.replaceAll('-', '_'), 'forged']),
      ...['X-Auth-Subject', 'X-Auth-Groups', 'X-Auth-Authenticators', 'X-Device-Id'].map((name) => [
        name,
        'forged',
      ]),
      ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-User', 'Forwarded', 'X-Real-IP'].map(
        (name) => [name, 'forged'],
      ),
      ...['True-Client-IP', 'CF-Connecting-IP', 'X-Risk-Anything', 'X_Auth_Subject'].map((name) => [
        name,
        'forged',
      ]),
      ['Connection', 'x-risk-decision, x-auth-subject, x-forwarded-for, keep-alive'],
      ['TE', 'trailers'],
      ['Upgrade', 'websocket'],
    ]) as Record<string, string>;
    await visit('/', { headers: forged });
    const { rawHeaders = [], headers } = lastSeen() ?? {};
    expect(rawHeaders).not.toContain('forged');
    expect(headers).toMatchObject({
      'x-risk-decision': 'allow',
      'x-auth-subject': 'alice',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(headers?.connection).toBe('keep-alive');
    expect(headers?.upgrade).toBeUndefined();
  });

  it('gets no key to the gateway, and keeps its own cookies as they were', async () => {
    await visit('/', {}, `${cookie}; theirs="a b"; theirs2=%20`);
    expect(lastSeen()?.headers.cookie).toBe('toy_session=opaque; theirs="a b"; theirs2=%20');
  });

  it('streams bodies both ways', async () => {
    gateway.upstream.override = (request, response) => {
      response.writeHead(201, { 'content-type': 'text/plain' });
      request.pipe(response);
    };
    const body = 'x'.repeat(200_000);
    const received = await visit('/upload', { method: 'PUT', body });
    expect(received.status).toBe(201);
    expect(received.text).toBe(body);
  });

  it('that dies half-way is not taken for a whole one', async () => {
    gateway.upstream.override = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    };
    await expect(visit('/')).rejects.toThrow();
  });

  it.each<[string, number, (socket: net.Socket) => void]>([
    ['closes the connection', 502, (socket) => socket.destroy()],
    ['speaks no HTTP', 502, (socket) => socket.end('hello\r\n\r\n')],
  ])('of an application that %s is a %d', async (_name, status, misbehave) => {
    gateway.upstream.override = ({ socket }) => {
      misbehave(socket);
    };
    const received = await visit('/');
    expect(received.status).toBe(status);
    expect(received.headers['content-type']).toBe('application/problem+json');
  });

  it.each(['http://evil.example/', '*', '/%', '/%ff'])('at %s does not exist', async (target) => {
    const seen = gateway.upstream.seen.length;
    const reply = await raw(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(gateway.upstream.seen).toHaveLength(seen);
  });

  it.each(['DELETE', 'OPTIONS', 'GET', 'POST'])(
    'cannot be reached by a request hidden in the body of a %s',
    async (method) => {
      gateway.upstream.override = (request, response) => {
        request.resume().on('end', () => response.end('ok'));
      };
      const hidden = 'GET /admin HTTP/1.1\r\nHost: x\r\nX-Auth-Subject: admin\r\n\r\n';
      const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
      const seen = gateway.upstream.seen.length;
      const head = `${method} / HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nTransfer-Encoding: chunked\r\n`;
      await raw(head, chunk);
      await visit('/after');
      const urls = gateway.upstream.seen.slice(seen).map(({ url }) => url);
      expect(urls).toEqual(['/', '/after']);
    },
  );
});

describe('the login form', () => {
  it('is open to everybody, and sets no cookie of ours', async () => {
    const received = await visit('/login', {}, '');
    expect(received.status).toBe(200);
    expect(received.text).toContain('<form method="post"');
    expect(received.headers['set-cookie']?.join() ?? '').not.toContain('stepgate_');
    expect(lastSeen()?.headers['x-auth-subject']).toBeUndefined();
  });

  it('cannot be deleted', async () => {
    const received = await visit('/login', { method: 'DELETE' });
    expect(received.status).toBe(405);
    expect(received.headers.allow).toBe('GET, HEAD, POST');
  });
});

describe('in production', () => {
  it('cookies are Secure and bound to the host', async () => {
    const production = await startGateway({ STEPGATE_MODE: 'production' });
    const received = await exchange(`${production.url}/login`, aliceLogin);
    await production.close();
    const ours = received.headers['set-cookie']?.filter((line) => line.includes('stepgate_')) ?? [];
    expect(ours.length).toBeGreaterThan(1);
    for (const line of ours) expect(line).toMatch(/^__Host-stepgate_.*Path=\/; HttpOnly; Secure/);
  });
});

describe('sessions', () => {
  const keys = ['n', 'o', 'p'].map((letter) => letter.repeat(32));
  it('outlive the rotation of their key, but not its removal', async () => {
    const old = await startGateway({ STEPGATE_SESSION_KEYS: keys[1] ?? '' });
    const jar = cookiesOf(await exchange(`${old.url}/login`, aliceLogin));
    const rotated = await startGateway({ STEPGATE_SESSION_KEYS: keys.slice(0, 2).join(',') });
    const removed = await startGateway({ STEPGATE_SESSION_KEYS: keys[2] ?? '' });
    const statuses = await Promise.all(
      [rotated, removed].map(async ({ url }) => {
        return (await exchange(`${url}/`, { headers: { cookie: jar } })).status;
      }),
    );
    await Promise.all([old.close(), rotated.close(), removed.close()]);
    expect(statuses).toEqual([200, 401]);
  });
});

/** Bytes as they are, to the gateway and back until it closes. */
function raw(head: string, body = ''): Promise<string> {
  const { port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    let reply = '';
    const socket = net.connect(Number(port), '127.0.0.1', () => {
      socket.write(`${head}Connection: close\r\n\r\n${body}`);
    });
    socket.on('data', (data) => (reply += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(reply);
    });
  });
}
