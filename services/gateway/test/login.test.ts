import { allow, decisionId, deny, stepUp } from '../../../packages/client/test/decisions.js';
import { answer, decide, type Script } from '../../../packages/client/test/scripted-engine.js';
import { cookiesOf, exchange, type Received } from './http-exchange.js';
import { aliceLogin, form, startGateway, type TestGateway } from './start-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const accepted = answer(202, { accepted: 1, duplicates: 0 });

/** Decisions as given, events accepted. */
const engineThat =
  (decision: object): Script =>
  (seen, response) => {
    (seen.path === '/v1/events' ? accepted : decide(decision))(seen, response);
  };
beforeEach(() => {
  gateway.engine.script = engineThat(allow);
  gateway.upstream.override = null;
});

const login = (sent = aliceLogin, cookie = ''): Promise<Received> =>
  exchange(`${gateway.url}/login`, { ...sent, headers: { ...sent.headers, cookie } });
const lastEvent = (): Record<string, unknown> =>
  (gateway.engine.seen.at(-1)?.body['events'] as Record<string, unknown>[])[0] ?? {};
const setCookies = (received: Received): string =>
  (received.headers['set-cookie'] ?? []).join('\n');

describe('a login with the right password', () => {
  it("that is allowed gets the application's answer, its cookies and a session", async () => {
    const received = await login();
    expect(received.status).toBe(200);
    expect(received.json()).toEqual({ message: 'Welcome, alice.' });
    expect(setCookies(received)).toContain('toy_session=');
    expect(setCookies(received)).toMatch(
      /stepgate_session=\S+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax/,
    );
    expect(received.headers['x-auth-subject']).toBeUndefined();
    expect(received.headers['x-risk-score']).toBeUndefined();
  });

  it('is asked about as what the application says of the subject', async () => {
    await login();
    const question = gateway.engine.seen.findLast(({ path }) => path === '/v1/decisions');
    expect(question?.body).toMatchObject({
      subject: {
        id: 'alice',
        properties: { groups: ['finance'], authenticators: ['passkey', 'push'] },
      },
      action: { name: 'login' },
      resource: { type: 'application', id: 'default' },
      context: { ip: '127.0.0.1', amr: ['pwd'] },
    });
  });

  it('tells the engine that it succeeded', async () => {
    await login();
    expect(lastEvent()).toMatchObject({
      type: 'login_succeeded',
      decision_id: decisionId,
      subject: { type: 'user', id: 'alice' },
    });
  });

  it('that needs a step-up gets the challenge and nothing of the application', async () => {
    gateway.engine.script = engineThat(stepUp);
    const received = await login();
    expect(received.status).toBe(401);
    expect(received.headers['content-type']).toBe('application/problem+json');
    expect(received.headers['www-authenticate']).toContain('acr_values="phr", max_age="0"');
    expect(received.json()).toMatchObject({
      code: 'step_up_required',
      decision_id: decisionId,
      authenticators: ['passkey'],
      number_matching: true,
    });
    expect(setCookies(received)).not.toMatch(/toy_session|stepgate_session/);
    expect(received.text).not.toContain('Welcome');
  });

  it('that is denied gets a coarse 403 and nothing of the application', async () => {
    gateway.engine.script = engineThat(deny);
    const received = await login();
    expect(received.status).toBe(403);
    expect(received.json()).toMatchObject({ code: 'access_denied' });
    expect(setCookies(received)).not.toMatch(/toy_session|stepgate_session|stepgate_pending=[^;]/);
    expect(received.text).not.toMatch(/score|reason|policy|Welcome/);
  });

  it('is decided by its body as JSON too', async () => {
    const body = JSON.stringify({ username: 'alice', password: 'correct horse' });
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    expect((await login(sent)).status).toBe(200);
  });
});

describe('a login with the wrong password', () => {
  it('is answered by the application, counted by the engine, and not decided', async () => {
    const before = gateway.engine.seen.length;
    const received = await login(form({ username: 'alice', password: 'guess' }));
    expect(received.status).toBe(401);
    expect(received.json()).toEqual({ message: 'The user name or the password is wrong.' });
    expect(gateway.engine.seen.slice(before).map(({ path }) => path)).toEqual(['/v1/events']);
    expect(lastEvent()).toMatchObject({
      type: 'login_failed',
      subject: { type: 'user', id: 'alice' },
      context: { ip: '127.0.0.1' },
    });
    expect(setCookies(received)).not.toContain('stepgate_session');
  });

  it('reaches neither log nor engine with its password', async () => {
    await login(form({ username: 'alice', password: 'planted-password' }));
    expect(JSON.stringify(gateway.engine.seen)).not.toContain('planted-password');
    expect(gateway.log()).not.toMatch(/planted-password|alice/);
  });
});

describe('a login form', () => {
  it.each([
    ['a subject given twice', 'username=alice&username=bob&password=correct+horse'],
    ['no subject', 'user=alice'],
    ['an empty subject', 'username=&password=x'],
    ['an invisible subject', `username=${encodeURIComponent('\u200b')}`],
    ['a control character', `username=${encodeURIComponent('alice\u0000')}`],
  ])('with %s is refused before the application sees it', async (_name, body) => {
    const seen = gateway.upstream.seen.length;
    const received = await login({ ...aliceLogin, body });
    expect(received.status).toBe(400);
    expect(received.json()).toMatchObject({ code: 'invalid_login' });
    expect(gateway.upstream.seen).toHaveLength(seen);
  });

  it.each([
    ['multipart/form-data', 415],
    ['text/plain', 415],
  ])('as %s is refused', async (type, status) => {
    const sent = { ...aliceLogin, headers: { 'content-type': type } };
    expect((await login(sent)).status).toBe(status);
  });

  it('that is too large is refused', async () => {
    const body = `username=alice&password=${'x'.repeat(20_000)}`;
    expect((await login({ ...aliceLogin, body })).status).toBe(413);
  });

  it('reaches the application as the gateway read it', async () => {
    let body = '';
    gateway.upstream.override = (request, response) => {
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.writeHead(401).end());
    };
    const raw = '{"username":"bob","password":"x","username":"alice"}';
    await login({ method: 'POST', headers: { 'content-type': 'application/json' }, body: raw });
    expect(JSON.parse(body)).toEqual({ username: 'alice', password: 'x' });
    expect(body).not.toContain('bob');
  });

  it.each([
    '/LOGIN',
    '/login/',
    '/%6cogin',
    '//login',
    '/x/..%2flogin',
    '/login;a=b',
    '/login?x=1',
  ])('posted to %s is guarded like any other, with or without a session', async (path) => {
    const cookie = cookiesOf(await login());
    gateway.engine.script = engineThat(deny);
    for (const cookies of ['', cookie]) {
      const headers = { ...aliceLogin.headers, cookie: cookies };
      const received = await exchange(gateway.url + path, { ...aliceLogin, headers });
      expect(received.status).toBe(403);
      expect(gateway.upstream.seen.at(-1)?.url).toBe('/login');
    }
  });
});

describe('an application that answers a login with', () => {
  it.each([302, 303, 400, 429, 500])('%d lets nobody in', async (status) => {
    gateway.upstream.override = (_request, response) => {
      response.writeHead(status, { 'set-cookie': 'toy_session=x', location: '/' }).end();
    };
    const received = await login();
    expect(received.status).toBe(status);
    expect(setCookies(received)).not.toMatch(/toy_session|stepgate_session/);
  });

  it('nothing is a 502', async () => {
    gateway.upstream.override = (request) => request.socket.destroy();
    expect((await login()).status).toBe(502);
  });

  it('more than can be held is a 502', async () => {
    gateway.upstream.override = (_request, response) => {
      response.writeHead(200).end('x'.repeat(300_000));
    };
    expect((await login()).status).toBe(502);
  });

  it('a cookie named like ours has that one dropped', async () => {
    gateway.upstream.override = (_request, response) => {
      response.writeHead(200, { 'set-cookie': ['stepgate_session=planted', 'own=1'] }).end('{}');
    };
    const received = await login();
    expect(setCookies(received)).toContain('own=1');
    expect(setCookies(received)).not.toContain('planted');
  });
});
