import { decisionResponseSchema } from '@stepgate/contracts';
import fc from 'fast-check';
import { allow } from '../../../packages/client/test/decisions.js';
import { answer, decide, type Script } from '../../../packages/client/test/scripted-engine.js';
import { cookiesOf, exchange } from './http-exchange.js';
import { aliceLogin, form, startGateway, type TestGateway } from './start-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ STEPGATE_TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(() => gateway.close());

const raw =
  (status: number, text: string): Script =>
  (_seen, response) => {
    response.writeHead(status).end(text);
  };

const ask = () =>
  exchange(`${gateway.url}/v1/authz/forward-auth`, {
    headers: { 'x-auth-subject': 'alice', 'x-forwarded-for': '203.0.113.7' },
  });

const failures: [string, Script][] = [
  ['is silent', () => undefined],
  ['resets the connection', (_seen, response) => response.destroy()],
  ['answers 503', answer(503, {})],
  ['answers 500 with an allow', answer(500, allow)],
  ['answers 204', raw(204, '')],
  ['redirects', (_seen, response) => response.writeHead(302, { location: '/' }).end()],
  ['answers garbage', raw(200, 'allow')],
  ['answers half an allow', answer(200, { decision: 'allow' })],
  ['plays an old allow back', answer(200, { ...allow, attempt_id: 'another' })],
  ['forgets which attempt it allows', answer(200, { ...allow, attempt_id: undefined })],
  ['answers AuthZEN', answer(200, { decision: true })],
];

describe('when the engine', () => {
  it.each(failures)(
    '%s, a login is stepped up, and the session stays closed',
    async (_name, script) => {
      gateway.engine.script = script;
      const received = await exchange(`${gateway.url}/login`, aliceLogin);
      expect(received.status).toBe(401);
      expect(received.json()).toMatchObject({ code: 'step_up_required', decision_id: null });
      expect(received.headers['www-authenticate']).toContain('insufficient_user_authentication');
      expect(cookiesOf(received)).not.toMatch(/stepgate_session|toy_session/);
    },
  );

  it.each(failures)('%s, one with nothing to step up with is denied', async (_name, script) => {
    gateway.engine.script = script;
    const bob = form({ username: 'bob', password: 'battery staple' });
    expect((await exchange(`${gateway.url}/login`, bob)).status).toBe(403);
  });

  it.each(failures)('%s, forward-auth answers with a challenge', async (_name, script) => {
    gateway.engine.script = script;
    const received = await ask();
    expect(received.status).toBe(401);
    expect(received.headers['x-risk-marks']).toBe('engine_unreachable');
  });

  it('is away, readiness and existing sessions stay, and metrics tell', async () => {
    gateway.engine.script = decide(allow);
    const jar = cookiesOf(await exchange(`${gateway.url}/login`, aliceLogin));
    gateway.engine.script = answer(503, {});
    await exchange(`${gateway.url}/login`, aliceLogin);
    expect((await exchange(`${gateway.url}/`, { headers: { cookie: jar } })).status).toBe(200);
    expect((await exchange(`${gateway.url}/readyz`)).status).toBe(200);
    const { text } = await exchange(`${gateway.url}/metrics`);
    expect(text).toMatch(
      /stepgate_enforcements_total\{outcome="step_up",cause="engine_unreachable"\} [1-9]/,
    );
    expect(text).toMatch(
      /stepgate_engine_request_duration_seconds_count\{result="unreachable"\} [1-9]/,
    );
  });

  it('says anything but a whole allow for this very attempt, no door opens', async () => {
    const field = fc.record({
      name: fc.constantFrom(...Object.keys(allow)),
      value: fc.jsonValue(),
    });
    const said = fc.oneof(
      // The one that opens, so that the others are not refused for a reason of their own.
      fc.constant<Record<string, unknown>>({ ...allow }),
      fc.jsonValue(),
      field.map(({ name, value }) => ({ ...allow, [name]: value })),
      fc.subarray(Object.keys(allow)).map((names) => {
        return Object.fromEntries(Object.entries(allow).filter(([name]) => names.includes(name)));
      }),
    );
    const status = fc.constantFrom(200, 200, 200, 201, 202, 203, 206, 226);
    let opened = 0;
    await fc.assert(
      fc.asyncProperty(status, said, fc.boolean(), async (code, body, echoed) => {
        const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
        const { data } = decisionResponseSchema.safeParse(
          echoed && isObject ? { ...body, attempt_id: 'echoed' } : body,
        );
        const isAllow = data?.decision === 'allow' && data.step_up === null;
        gateway.engine.script = (seen, response) => {
          const id = seen.body['attempt_id'];
          answer(code, echoed && isObject ? { ...body, attempt_id: id } : body)(seen, response);
        };
        const received = await ask();
        if (received.status === 200) opened += 1;
        expect(received.status === 200).toBe(code === 200 && echoed && isAllow);
      }),
      { numRuns: 300 },
    );
    expect(opened).toBeGreaterThan(0);
  }, 60_000);
});
