import { connect } from 'node:net';
import { operationIds, routes, type Route } from '@stepgate/contracts';
import { createHttpServer } from '@stepgate/telemetry';
import request from 'supertest';
import { createCallerRates } from '../src/caller-rates.js';
import { checkNodeVersion } from '../src/node-version.js';
import { openEdge, type EdgeScene } from './edge-scene.js';

const decide = ({ app }: EdgeScene, caller = 'one') =>
  request(app.listener).post('/v1/decisions').set('Authorization', `Bearer ${caller}`);

describe('a body that two readers would read differently', () => {
  it.each([
    ['a field twice', '{"a":1,"a":2}'],
    ['a field twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a field twice, deep inside', '{"x":[{"a":{"b":1,"b":1}}]}'],
  ])('is refused: %s', async (_what, text) => {
    const edge = openEdge();
    const response = await decide(edge).set('Content-Type', 'application/json').send(text);
    expect([response.status, response.body.code, edge.calls]).toEqual([422, 'invalid_request', []]);
  });

  it('is not what merely holds colons and quotes in its strings', async () => {
    const edge = openEdge();
    const body = { 'a:"b\\': ':"\\":', c: [{ d: '\\', e: '":' }], constructor: 'a name', '': 0 };
    expect((await decide(edge).send(body)).status).toBe(200);
    expect(edge.calls[0]?.body).toEqual(body);
  });
});

describe('every answer', () => {
  it.each([
    ['post', '/v1/decisions'],
    ['get', '/v1/decisions'],
    ['get', '/openapi.json'],
    ['get', '/nothing'],
    ['get', '/v1/decisions/%'],
    ['options', '/v1/decisions'],
  ] as const)('says that it is for nobody else: %s %s', async (method, path) => {
    const agent = request(openEdge().app.listener);
    const { headers } = await agent[method](path).set('Origin', 'https://evil.example');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    const unwanted = /^(?:access-control-|x-powered-by|etag|set-cookie)/;
    expect(Object.keys(headers).filter((name) => unwanted.test(name))).toEqual([]);
  });
});

describe('a caller that asks too fast', () => {
  it('is told when to come again, and costs no other caller anything', async () => {
    const edge = openEdge({ maxPerSecond: 1 });
    const answers = [1, 2, 3].map(() => decide(edge).send({}));
    const statuses = (await Promise.all(answers)).map(({ status, headers }) => [
      status,
      headers['retry-after'],
    ]);
    expect(statuses.filter(([status]) => status === 200)).toHaveLength(2);
    expect(statuses).toContainEqual([429, '1']);
    expect((await decide(edge, 'other').send({})).status).toBe(200);
    expect([edge.calls.length, edge.shed]).toEqual([3, ['rate']]);
  });

  it('gets exactly its rate, and two seconds of it at once', () => {
    let now = 0;
    const caller = { id: 'a', tenant: 't', scopes: [], maxPerSecond: 10 };
    const rates = createCallerRates(1, () => now);
    let passed = 0;
    for (; now <= 100_000; now += 1) if (rates.take(caller) === 0) passed += 1;
    expect(passed).toBeGreaterThanOrEqual(20 + 1_000 - 1);
    expect(passed).toBeLessThanOrEqual(20 + 1_000);
    expect(rates.take(caller)).toBeCloseTo(0.1, 1);
  });
});

describe('administration and monitoring with a listener of their own', () => {
  const authorization = 'Bearer one';
  const apart = openEdge({ operationsApart: true });
  const admin = operationIds.filter((operation) => routes[operation].scope === 'admin');
  const ask = (app: Parameters<typeof request>[0], { method, path }: Route) => {
    const agent = request(app);
    return agent[method](path.replace(/\{\w+\}/g, 'x')).set('Authorization', authorization);
  };

  it('are there, and nowhere else', async () => {
    const operations = apart.app.operations ?? (() => undefined);
    expect(admin.length).toBeGreaterThan(0);
    for (const operation of admin) {
      expect((await ask(apart.app.listener, routes[operation])).status).toBe(404);
      expect((await ask(operations, routes[operation])).status).toBe(200);
    }
    for (const path of ['/metrics', '/readyz']) {
      expect((await request(apart.app.listener).get(path)).status).toBe(404);
      expect((await request(operations).get(path)).text).toBe('told');
    }
    expect((await ask(operations, routes.getDecision)).status).toBe(404);
  });

  it('still ask who it is', async () => {
    const [operation = 'eraseSubject'] = admin;
    const route: Route = routes[operation];
    const anonymous = request(apart.app.operations ?? (() => undefined));
    expect((await anonymous[route.method](route.path)).status).toBe(401);
  });
});

/** What the server says to bytes of our own making, until it hangs up or an answer is whole. */
const say = (port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (bytes) => (heard += bytes.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      resolve(heard);
    });
  });

describe('a request in an odd frame', () => {
  const edge = openEdge();
  const http = createHttpServer(edge.app.express, {
    listener: edge.app.listener,
    limits: { goodbyeMs: 0 },
  });
  let port = 0;
  beforeAll(async () => {
    ({ port } = await http.listen({ host: '127.0.0.1', port: 0 }));
  });
  afterAll(() => http.drain());

  const head = 'POST /v1/decisions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer one\r\n';
  const json = 'Content-Type: application/json\r\n';

  it.each([
    [
      'two ways to say its length',
      `${head}${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    ],
    ['two lengths', `${head}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `],
    ['a length with a sign', `${head}${json}Content-Length: +2\r\n\r\n{}`],
    [
      'a chunk that is none',
      `${head}${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'an encoding that ends otherwise',
      `${head}${json}Transfer-Encoding: chunked, identity\r\n\r\n{}`,
    ],
    ['no host', 'GET /openapi.json HTTP/1.1\r\n\r\n'],
    ['a folded header', `${head}X-Long: a\r\n b\r\n${json}Content-Length: 2\r\n\r\n{}`],
    ['a blank before a colon', `${head}Content-Length : 2\r\n${json}\r\n{}`],
    ['a bare line feed', `${head.replaceAll('\r', '')}${json}Content-Length: 2\n\n{}`],
    ['a NUL in a header', `${head}X-Nul: a\0b\r\n${json}Content-Length: 2\r\n\r\n{}`],
  ])('is refused with 400: %s', async (_what, text) => {
    const before = edge.calls.length;
    expect(await say(port, text)).toMatch(/^HTTP\/1\.1 400 /);
    expect(edge.calls.length).toBe(before);
  });

  it('may come right behind another; each is answered for itself, in order', async () => {
    const one = `${head}${json}Content-Length: 2\r\n\r\n{}`;
    const heard = await say(port, `${one}${one.replace('one', 'nobody')}${one}`);
    expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(
      ['200', '401', '200'].map((status) => `HTTP/1.1 ${status}`),
    );
  });

  it('with a header named __proto__ changes nothing', async () => {
    const heard = await say(port, `${head}__proto__: x\r\n${json}Content-Length: 2\r\n\r\n{}`);
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('the version of Node', () => {
  it.each([
    ['20.20.1', false],
    ['20.20.2', true],
    ['21.7.3', false],
    ['22.22.2', true],
    ['24.14.0', false],
    ['24.15.0', true],
    ['26.0.0', true],
  ])('%s is known to be mended: %s', (version, ok) => {
    expect(checkNodeVersion(version)).toMatchObject({ ok });
  });
});
