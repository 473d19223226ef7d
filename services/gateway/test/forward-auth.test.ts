import { riskHeaders } from '@stepgate/client';
import { allow, deny, stepUp } from '../../../packages/client/test/decisions.js';
import { answer, decide } from '../../../packages/client/test/scripted-engine.js';
import { exchange, type Received } from './http-exchange.js';
import { startGateway, type TestGateway } from './start-gateway.js';

let gateway: TestGateway;
const ask = (
  headers: Record<string, string | string[]> = {},
  options: { method?: string; query?: string } = {},
): Promise<Received> =>
  exchange(`${gateway.url}/v1/authz/forward-auth${options.query ?? ''}`, {
    method: options.method ?? 'GET',
    headers: { 'X-Auth-Subject': 'alice', 'X-Forwarded-For': '203.0.113.7', ...headers },
  });

const expectPromise = (received: Received): void => {
  expect([200, 401, 403, 503]).toContain(received.status);
  for (const name of riskHeaders) expect(received.headers[name]).toMatch(/^[\x21-\x7e]+$/);
  expect(received.headers['www-authenticate'] !== undefined).toBe(received.status === 401);
};

describe('forward-auth for a trusted proxy', () => {
  beforeAll(async () => {
    gateway = await startGateway({ STEPGATE_TRUSTED_PROXIES: '127.0.0.1' });
  });
  beforeEach(() => {
    gateway.engine.script = decide(allow);
  });
  afterAll(() => gateway.close());

  it.each([
    { decision: allow, status: 200, said: 'allow' },
    { decision: stepUp, status: 401, said: 'step_up' },
    { decision: deny, status: 403, said: 'deny' },
  ])('answers $said with $status', async ({ decision, status, said }) => {
    gateway.engine.script = decide(decision);
    const received = await ask();
    expectPromise(received);
    expect(received.status).toBe(status);
    expect(received.headers).toMatchObject({
      'x-risk-decision': said,
      'x-risk-score': String(decision.risk.score),
      'x-risk-level': decision.risk.level,
      'x-decision-id': decision.decision_id,
    });
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'])(
    'answers %s, since proxies repeat the method of their client',
    async (method) => {
      expect((await ask({}, { method })).status).toBe(200);
    },
  );

  it('asks about the access of the named subject from the named address', async () => {
    await ask(
      {
        'X-Auth-Groups': 'finance, staff',
        'X-Auth-Authenticators': 'passkey, telepathy',
        'X-Device-Id': 'device-1',
        'User-Agent': 'Firefox',
        'X-Forwarded-Host': 'files.example',
      },
      { query: '?application=payroll' },
    );
    expect(gateway.engine.seen.at(-1)?.body).toEqual({
      attempt_id: expect.any(String) as string,
      subject: {
        type: 'user',
        id: 'alice',
        properties: { groups: ['finance', 'staff'], authenticators: ['passkey'] },
      },
      action: { name: 'access' },
      resource: { type: 'application', id: 'payroll' },
      context: { ip: '203.0.113.7', user_agent: 'Firefox', device: { id: 'device-1' } },
    });
  });

  it('takes the host that the client asked for as the application when none is configured', async () => {
    await ask({ 'X-Forwarded-Host': 'files.example' });
    expect(gateway.engine.seen.at(-1)?.body['resource']).toMatchObject({ id: 'files.example' });
  });

  it('reads a subject in UTF-8', async () => {
    await ask({ 'X-Auth-Subject': Buffer.from('zoë', 'utf8').toString('latin1') });
    expect(gateway.engine.seen.at(-1)?.body['subject']).toMatchObject({ id: 'zoë' });
  });

  it('challenges when nobody is signed in', async () => {
    const received = await ask({ 'X-Auth-Subject': '' });
    expectPromise(received);
    expect(received.status).toBe(401);
    expect(received.headers['www-authenticate']).toBe('Bearer');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['two subjects, one of which may be forged', { 'X-Auth-Subject': ['admin', 'alice'] }],
    ['a subject of invisible characters', { 'X-Auth-Subject': '\u00e2\u0080\u008b' }],
    ['an address that is none', { 'X-Forwarded-For': 'unknown' }],
  ])('cannot judge %s', async (_name, headers) => {
    const asked = gateway.engine.seen.length;
    const received = await ask(headers);
    expectPromise(received);
    expect(received.status).toBe(503);
    expect(gateway.engine.seen).toHaveLength(asked);
  });

  it('says nothing of what the client forged', async () => {
    gateway.engine.script = answer(503, {});
    const forged = Object.fromEntries(riskHeaders.map((name) => [name, 'forged']));
    const received = await ask(forged);
    expectPromise(received);
    expect(JSON.stringify(received.headers)).not.toContain('forged');
    expect(received.headers['x-risk-marks']).toBe('engine_unreachable');
  });

  it('denies without the engine where the subject has nothing to step up with', async () => {
    gateway.engine.script = answer(503, {});
    expect((await ask({ 'X-Auth-Authenticators': 'passkey' })).status).toBe(401);
    expect((await ask({ 'X-Auth-Authenticators': 'recovery_code' })).status).toBe(403);
  });

  it('marks what was decided without state', async () => {
    gateway.engine.script = decide({ ...stepUp, degraded: ['state'] });
    expect((await ask()).headers['x-risk-marks']).toBe('degraded');
  });
});

describe('forward-auth for anybody else', () => {
  beforeAll(async () => {
    gateway = await startGateway({ STEPGATE_TRUSTED_PROXIES: '192.0.2.0/24' });
  });
  afterAll(() => gateway.close());

  it('is refused without asking the engine, whatever the headers say', async () => {
    const received = await ask({ 'X-Forwarded-For': '192.0.2.1', 'X-Real-IP': '192.0.2.1' });
    expectPromise(received);
    expect(received.status).toBe(403);
    expect(gateway.engine.seen).toHaveLength(0);
  });
});

describe('forward-auth configured to fail open', () => {
  beforeAll(async () => {
    gateway = await startGateway({
      STEPGATE_TRUSTED_PROXIES: '127.0.0.1',
      STEPGATE_FAIL_MODE: 'allow',
    });
  });
  afterAll(() => gateway.close());

  it('allows, marked, logged and counted apart from real allows', async () => {
    gateway.engine.script = answer(503, {});
    const received = await ask();
    expect(received.status).toBe(200);
    expect(received.headers).toMatchObject({
      'x-risk-decision': 'allow',
      'x-risk-score': 'none',
      'x-decision-id': 'none',
      'x-risk-marks': 'engine_unreachable,fail_open',
    });
    const metrics = await exchange(`${gateway.url}/metrics`);
    expect(metrics.text).toContain(
      'stepgate_enforcements_total{outcome="allowed",cause="engine_unreachable"} 1',
    );
  });
});
