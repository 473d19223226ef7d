import { allow, decisionId, deny, stepUp } from '../../../packages/client/test/decisions.js';
import { answer, decide, type Script } from '../../../packages/client/test/scripted-engine.js';
import { cookiesOf, exchange, type Received } from './http-exchange.js';
import { aliceLogin, startGateway, type TestGateway } from './start-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** A step-up for the login; what the completion gets is the test's. */
const engineThat =
  (completion: Script): Script =>
  (seen, response) => {
    if (seen.path === '/v1/events') answer(202, { accepted: 1, duplicates: 0 })(seen, response);
    else if (seen.path === '/v1/decisions') decide(stepUp)(seen, response);
    else completion(seen, response);
  };

let cookie: string;
beforeEach(async () => {
  gateway.engine.script = engineThat(answer(200, allow));
  cookie = cookiesOf(await exchange(`${gateway.url}/login`, aliceLogin));
});

const proven = { authenticator: 'passkey', amr: ['hwk'], proof: { secret: 'alice-passkey' } };
const complete = (body: object = {}, jar = cookie): Promise<Received> =>
  exchange(`${gateway.url}/stepgate/completion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: jar },
    body: JSON.stringify({ decision_id: decisionId, ...proven, ...body }),
  });
const completionsSeen = (): unknown[] =>
  gateway.engine.seen.filter(({ path }) => path.endsWith('/completion'));
const events = (): Record<string, unknown>[] =>
  gateway.engine.seen.flatMap(({ body }) => (body['events'] ?? []) as Record<string, unknown>[]);
const page = (jar: string): Promise<Received> =>
  exchange(`${gateway.url}/`, { headers: { cookie: jar } });

describe('completing a step-up', () => {
  it('with a proven authenticator that the engine accepts gives the session that was held back', async () => {
    const received = await complete();
    expect(received.status).toBe(200);
    expect(received.json()).toEqual({ decision: 'allow', decision_id: decisionId });
    const jar = cookiesOf(received, cookie);
    expect(jar).toContain('toy_session=opaque');
    expect(jar).not.toContain('stepgate_pending');
    expect((await page(jar)).json()).toMatchObject({ subject: 'alice', risk_decision: 'allow' });
    expect(gateway.engine.seen.at(-2)).toMatchObject({
      path: `/v1/decisions/${decisionId}/completion`,
      body: { authenticator: 'passkey', amr: ['hwk'], number_matched: false },
    });
    expect(events().at(-1)).toMatchObject({ type: 'login_succeeded', decision_id: decisionId });
  });

  it('opens nothing before it is done', async () => {
    expect((await page(cookie)).status).toBe(401);
  });

  it.each([
    ['the wrong proof', { proof: { secret: 'guess' } }],
    ['no proof', { proof: null }],
    ["another authenticator's proof", { authenticator: 'push' }],
    [
      'a number that was not matched',
      { number_matched: true, proof: { secret: 'alice-passkey', number: '41' } },
    ],
  ])('with %s is a failure that counts and never asks for a judgement', async (_name, body) => {
    const asked = completionsSeen().length;
    const received = await complete(body);
    expect(received.status).toBe(401);
    expect(received.json()).toMatchObject({ code: 'not_proven' });
    expect(received.headers['www-authenticate']).toContain('acr_values="phr"');
    expect(completionsSeen()).toHaveLength(asked);
    expect(events().at(-1)).toMatchObject({ type: 'step_up_failed', decision_id: decisionId });
  });

  it.each<[string, Script, number]>([
    ['denied', answer(200, deny), 403],
    ['answered with a stronger step-up', answer(200, stepUp), 401],
    ['used before', answer(409, {}), 403],
    ['expired', answer(410, {}), 403],
    [
      'about another decision',
      answer(200, { ...allow, decision_id: '018f3b5c-0000-7000-8000-00000000000f' }),
      503,
    ],
    ['garbage', answer(200, { decision: 'allow' }), 503],
    ['a 503', answer(503, {}), 503],
    ['a reset', (_seen, response) => response.destroy(), 503],
    ['never given', () => undefined, 503],
  ])('whose judgement is %s gives no session', async (_name, script, status) => {
    gateway.engine.script = engineThat(script);
    const received = await complete();
    expect(received.status).toBe(status);
    const jar = cookiesOf(received, cookie);
    expect(jar).not.toMatch(/stepgate_session|toy_session/);
    expect((await page(jar)).status).toBe(401);
  });

  it.each([
    ['no cookie', () => ''],
    ['a forged cookie', () => 'stepgate_pending=Fe26.2*x*y*z*a*b*c*d'],
    [
      'a cookie with one character changed',
      () => cookie.replace(/(stepgate_pending=.{150})./, '$1!'),
    ],
    ['a session in place of the waiting login', () => cookie.replace('pending', 'session')],
  ])('from a browser with %s is refused', async (_name, jar) => {
    const asked = completionsSeen().length;
    expect((await complete({}, jar())).status).toBe(401);
    expect(completionsSeen()).toHaveLength(asked);
  });

  it('of a decision that this browser does not wait for is refused', async () => {
    const received = await complete({ decision_id: '018f3b5c-0000-7000-8000-0000000000aa' });
    expect(received.json()).toMatchObject({ code: 'login_required' });
  });

  it.each([
    [{ authenticator: 'telepathy' }],
    [{ subject: 'bob' }],
    [{ decision: 'allow' }],
    [{ proof: JSON.parse('{"__proto__": {}}') as unknown }],
    [{ proof: [[[[[[[[[[]]]]]]]]]] }],
  ])('with the body %j is refused', async (body) => {
    expect((await complete(body)).status).toBe(422);
  });

  it('by a cross-site form is refused: it cannot send JSON', async () => {
    const received = await exchange(`${gateway.url}/stepgate/completion`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', cookie },
      body: JSON.stringify({ decision_id: decisionId, ...proven }),
    });
    expect(received.status).toBe(415);
  });

  it.each<[string, number]>([
    ['dead', 0],
    ['broken', 500],
    ['moved', 302],
  ])("with a verifier that is %s is nobody's success", async (_name, status) => {
    gateway.upstream.override = (request, response) => {
      if (status === 0) request.socket.destroy();
      else response.writeHead(status).end();
    };
    const received = await complete();
    gateway.upstream.override = null;
    expect(received.status).toBe(503);
    expect(cookiesOf(received, cookie)).not.toContain('stepgate_session');
  });

  it('passes on where the verifier saw the authenticating device', async () => {
    gateway.upstream.override = (_request, response) => {
      response.writeHead(200).end('{"device_ip":"203.0.113.50"}');
    };
    await complete();
    gateway.upstream.override = null;
    expect(gateway.engine.seen.at(-2)?.body['context']).toEqual({ ip: '203.0.113.50' });
  });
});

describe('a gateway without a verifier', () => {
  it('completes nothing', async () => {
    const bare = await startGateway({ STEPGATE_VERIFIER_URL: '' });
    bare.engine.script = engineThat(answer(200, allow));
    const jar = cookiesOf(await exchange(`${bare.url}/login`, aliceLogin));
    const received = await exchange(`${bare.url}/stepgate/completion`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: jar },
      body: JSON.stringify({ decision_id: decisionId, ...proven }),
    });
    await bare.close();
    expect(received.json()).toMatchObject({ status: 503, code: 'completion_disabled' });
  });
});
