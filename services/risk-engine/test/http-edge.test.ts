import { hash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { StateUnavailableError } from '@stepgate/assessment';
import { operationIds, routes, type OperationId, type Scope } from '@stepgate/contracts';
import request from 'supertest';
import { createApp, type App } from '../src/app.js';
import { createCallerRates } from '../src/caller-rates.js';
import { createKeys } from '../src/callers/bearer.js';
import { refused } from '../src/callers/grant.js';
import { keepNoLog } from '../src/change-log.js';
import { signNothing } from '../src/sign-answers.js';
import type { Call, Handler } from '../src/routes/handler.js';

const key = 'sg_test-key';
const keyEntry = (id: string, text: string, scopes: readonly Scope[]) => ({
  id,
  tenant: 'acme',
  scopes: [...scopes],
  sha256: hash('sha256', text, 'hex'),
});
const findKey = createKeys([
  keyEntry('idp', key, ['decide', 'events', 'read', 'admin']),
  keyEntry('feed', 'sg_events-only', ['events']),
]);

interface Edge {
  readonly app: RequestListener;
  readonly calls: Call[];
  readonly failures: unknown[];
}

/** Which way in: the listener of the service, or Express alone, as when it is mounted elsewhere. */
let entry: (app: App) => RequestListener = ({ listener }) => listener;

const edge = (
  handler: Handler = () => ({ status: 200, body: { ok: true } }),
  mode: 'production' | 'dev' = 'production',
): Edge => {
  const calls: Call[] = [];
  const failures: unknown[] = [];
  const recorded: Handler = (call) => {
    calls.push(call);
    return handler(call);
  };
  const operations = operationIds;
  const app = createApp({
    answers: signNothing,
    changes: keepNoLog,
    handlers: Object.fromEntries(operations.map((operation) => [operation, recorded])) as Record<
      OperationId,
      Handler
    >,
    callers: {
      identify: ({ headers }) =>
        findKey((headers.authorization ?? '').replace('Bearer ', ''))?.identified ?? refused,
    },
    rates: createCallerRates(1_000),
    onShed: () => undefined,
    operationsApart: false,
    operations: (_request, _response, next) => {
      next();
    },
    mode,
    clock: () => 1_000,
    logFailure: ({ error }) => {
      failures.push(error);
    },
  });
  return { app: entry(app), calls, failures };
};

const decide = (app: RequestListener) =>
  request(app).post('/v1/decisions').set('Authorization', `Bearer ${key}`);

describe.each([
  ['by the listener', ({ listener }: App): RequestListener => listener],
  ['by Express alone', ({ express }: App): RequestListener => express],
])('the HTTP edge, %s', (_way, chosen) => {
  beforeAll(() => {
    entry = chosen;
  });

  it('hands the tenant of the key to the handler, with the parsed body', async () => {
    const { app, calls } = edge();
    const response = await decide(app).send({ a: 1 });
    expect(response.status).toBe(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(calls).toMatchObject([
      { tenant: 'acme', body: { a: 1 }, devNow: null, receivedAt: 1_000 },
    ]);
  });

  it.each([
    ['no key', undefined, 401],
    ['an unknown key', 'Bearer sg_unknown', 401],
    ['a key in another scheme', `Basic ${key}`, 401],
    ['two keys', `Bearer ${key} ${key}`, 401],
    ['a key without the scope', 'Bearer sg_events-only', 403],
  ])('refuses a call with %s', async (_what, authorization, status) => {
    const { app, calls } = edge();
    const call = request(app).post('/v1/decisions').send({});
    if (authorization !== undefined) call.set('Authorization', authorization);
    const response = await call;
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(calls).toEqual([]);
  });

  it.each([
    [
      'another content type',
      (c: request.Test) => c.set('Content-Type', 'text/plain').send('{}'),
      415,
    ],
    ['a form', (c: request.Test) => c.type('form').send({ a: 1 }), 415],
    [
      'an unknown charset',
      (c: request.Test) => c.set('Content-Type', 'application/json; charset=koi8-r').send('{}'),
      415,
    ],
    [
      'a compressed body',
      (c: request.Test) =>
        c.set('Content-Type', 'application/json').set('Content-Encoding', 'gzip').send('{}'),
      415,
    ],
    ['no body', (c: request.Test) => c, 415],
    ['an empty body', (c: request.Test) => c.set('Content-Type', 'application/json').send(''), 400],
    [
      'half a body',
      (c: request.Test) => c.set('Content-Type', 'application/json').send('{"a":'),
      400,
    ],
    [
      'a bare string',
      (c: request.Test) => c.set('Content-Type', 'application/json').send('"a"'),
      400,
    ],
    ['a body over 16 kB', (c: request.Test) => c.send({ a: 'x'.repeat(17_000) }), 413],
    [
      'nine levels',
      (c: request.Test) =>
        c.set('Content-Type', 'application/json').send(`${'['.repeat(9)}${']'.repeat(9)}`),
      422,
    ],
    [
      'a field named __proto__',
      (c: request.Test) => c.set('Content-Type', 'application/json').send('{"__proto__":{"a":1}}'),
      422,
    ],
  ])('refuses %s', async (_what, send, status) => {
    const { app, calls } = edge();
    const response = await send(decide(app));
    expect([response.status, response.body.status]).toEqual([status, status]);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(calls).toEqual([]);
  });

  it('accepts a body of exactly 16 kB', async () => {
    const body = { a: 'x'.repeat(16 * 1024 - '{"a":""}'.length) };
    const { app } = edge();
    expect((await decide(app).send(body)).status).toBe(200);
  });

  it('tells the allowed methods of a known path', async () => {
    const response = await request(edge().app).put('/v1/decisions');
    expect([response.status, response.headers['allow']]).toEqual([405, 'POST']);
  });

  it.each(['/', '/v1/nothing', '/v1/decisions/%', '/v1/decisions/../../etc/passwd', '/%00'])(
    'answers %s with a client problem',
    async (path) => {
      const response = await request(edge().app).get(path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(response.body.code).toBeDefined();
    },
  );

  it('answers a store that is away with 503 and Retry-After', async () => {
    const { app, failures } = edge(() => {
      throw new StateUnavailableError('frozen');
    });
    const response = await decide(app).send({});
    expect([response.status, response.headers['retry-after']]).toEqual([503, '1']);
    expect(failures).toEqual([]);
  });

  it('tells nothing of an internal error but the instance under which it is logged', async () => {
    const secret = new Error('planted detail');
    const { app, failures } = edge(() => {
      throw secret;
    });
    const response = await decide(app).send({});
    expect(response.status).toBe(500);
    expect(response.text).not.toContain('planted');
    expect(failures).toEqual([secret]);
  });

  it('refuses the dev clock in production and moves it in dev mode', async () => {
    const refused = await decide(edge().app)
      .set('Stepgate-Dev-Now', '2026-03-02T08:00:00Z')
      .send({});
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_header']);
    const { app, calls } = edge(undefined, 'dev');
    await decide(app).set('Stepgate-Dev-Now', '2026-03-02T08:00:00Z').send({});
    expect(calls[0]?.devNow).toBe(Date.parse('2026-03-02T08:00:00Z'));
    const junk = await decide(app).set('Stepgate-Dev-Now', 'tomorrow').send({});
    expect(junk.status).toBe(400);
  });

  it('serves its OpenAPI document', async () => {
    const response = await request(edge().app).get('/openapi.json');
    expect(response.body.openapi).toBe('3.1.0');
  });

  const keyed = Object.entries(routes).filter(([, { scope }]) => scope !== null);

  it.each(keyed)('asks for the scope of %s', async (_operation, route) => {
    const { app, calls } = edge();
    const path = route.path.replace(/\{\w+\}/g, 'x');
    const call = request(app)[route.method](path);
    const response = await call.set('Authorization', 'Bearer sg_events-only').send();
    expect(response.status === 403 || route.scope === 'events').toBe(true);
    expect(calls).toEqual([]);
  });

  it('asks for no key where none is needed, and hands over the header that the contract names', async () => {
    const { app, calls } = edge();
    const response = await request(app)
      .get('/v1/events/okta')
      .set('X-Okta-Verification-Challenge', 'abc')
      .set('X-Other', 'secret');
    expect([response.status, response.headers['x-content-type-options']]).toEqual([200, 'nosniff']);
    expect(calls).toMatchObject([{ tenant: '', parameters: { format: 'okta' } }]);
    expect(calls[0]?.headers).toEqual({ 'x-okta-verification-challenge': 'abc' });
    await decide(app).set('X-Other', 'secret').send({});
    expect(calls[1]?.headers).toEqual({});
  });

  const sendDocument = (app: RequestListener, type: string, text: string) =>
    request(app)
      .post('/v1/events/duo')
      .set('Authorization', `Bearer ${key}`)
      .set('Content-Type', type)
      .send(text);

  it.each(['application/json', 'application/x-ndjson'])(
    'hands over a document as the text that it is, when it comes as %s',
    async (type) => {
      const { app, calls } = edge();
      const text = `{"a":1}\n${' '.repeat(1024 * 1024 - 8)}`;
      expect((await sendDocument(app, type, text)).status).toBe(200);
      expect(calls[0]?.body).toBe(text);
    },
  );

  it.each([
    ['over 1 MB', 'application/json', 'x'.repeat(1024 * 1024 + 1), 413],
    ['of another type', 'text/csv', 'a;b', 415],
    ['that is empty', 'application/json', '', 400],
  ])('refuses a document %s', async (_what, type, ...[text, status]) => {
    const { app, calls } = edge();
    const response = await sendDocument(app, type, text);
    expect([response.status, response.body.status]).toEqual([status, status]);
    expect(calls).toEqual([]);
  });
});
