import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { riskHeaders } from '@stepgate/client';
import {
  freePort,
  startDevStack,
  startProcess,
  waitUntil,
  type DevStack,
  type OwnProcess,
} from '@stepgate/cli';
import { cookiesOf, exchange, type Received } from '../../services/gateway/test/http-exchange.js';

const root = join(__dirname, '../..');
const torExit = '185.220.101.1';
const utrecht = '77.161.224.17';

let stack: DevStack;
/** The gateway of the stack, but behind a proxy: the tests say from where somebody signs in. */
let proxied: { readonly url: string; readonly process: OwnProcess };

const startProxiedGateway = async ({ addresses }: DevStack): Promise<typeof proxied> => {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = startProcess({
    name: 'gateway',
    command: process.execPath,
    args: [join(root, 'services/gateway/dist/main.js')],
    env: {
      STEPGATE_MODE: 'dev',
      STEPGATE_PORT: port,
      STEPGATE_ENGINE_URL: addresses.engine,
      STEPGATE_API_KEY: addresses.api_key,
      STEPGATE_UPSTREAM_URL: addresses.upstream,
      STEPGATE_VERIFIER_URL: `${addresses.upstream}/verify`,
      STEPGATE_SESSION_KEYS: 'a-session-key-of-this-test-alone-0123456789',
      STEPGATE_TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  await waitUntil(
    () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    { timeoutMs: 30_000, what: () => `gateway did not become ready:\n${child.lastOutput()}` },
  );
  return { url, process: child };
};

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-gateway-'));
  stack = await startDevStack({ directory, temporary: true, wellKnownPorts: false });
  proxied = await startProxiedGateway(stack);
}, 90_000);

afterAll(async () => {
  await proxied.process.stop();
  await stack.stop();
});

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly from?: string;
  readonly cookie?: string;
}

const login = ({
  username = 'alice',
  password = 'alice-demo',
  from = torExit,
  cookie = '',
}: Login = {}): Promise<Received> =>
  exchange(`${proxied.url}/login`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': from,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      cookie,
    },
    body: new URLSearchParams({ username, password }).toString(),
  });

/** The body that docs/gateway.md shows, for this decision and with this proof. */
const complete = async (challenged: Received, secret: string): Promise<Received> => {
  const page = await readFile(join(root, 'docs/gateway.md'), 'utf8');
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as object;
  const { decision_id } = challenged.json();
  return exchange(`${proxied.url}/stepgate/completion`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': torExit,
      cookie: cookiesOf(challenged),
    },
    body: JSON.stringify({ ...shown, decision_id, proof: { secret } }),
  });
};

const page = (cookie = ''): Promise<Received> =>
  exchange(`${proxied.url}/payslips`, { headers: { 'x-forwarded-for': utrecht, cookie } });

/** What the engine has counted, by its own metrics. */
const eventsOf = async (type: string): Promise<number> => {
  const { text } = await exchange(`${stack.addresses.engine}/metrics`);
  const value = new RegExp(`^stepgate_events_total\\{type="${type}"\\} (\\d+)`, 'm').exec(
    text,
  )?.[1];
  return Number(value ?? 0);
};

const expectCounted = (type: string, count: number): Promise<void> =>
  waitUntil(async () => (await eventsOf(type)) === count, {
    timeoutMs: 5_000,
    what: () => `the engine did not count ${String(count)} ${type}`,
  });

const expectNobodyIn = (received: Received): void => {
  expect(cookiesOf(received)).not.toMatch(/stepgate_session|toy_session/);
};

describe('a login through the gateway', () => {
  it('with a wrong password is refused, and the engine hears of it', async () => {
    const before = await eventsOf('login_failed');
    const received = await login({ username: 'nora', password: 'guess' });
    expect(received.status).toBe(401);
    expectNobodyIn(received);
    await expectCounted('login_failed', before + 1);
  });

  it('with the right one, from a new device and far away, is challenged and lets nobody in yet', async () => {
    const received = await login();
    expect(received.status).toBe(401);
    expect(received.headers['www-authenticate']).toMatch(
      /^Bearer error="insufficient_user_authentication".*acr_values="[^"]+".*max_age="\d+"/,
    );
    expect(received.json()).toMatchObject({
      code: 'step_up_required',
      decision_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      authenticators: expect.arrayContaining(['passkey']),
    });
    expectNobodyIn(received);
    expect((await page(cookiesOf(received))).status).toBe(401);
  });

  it('is not completed by a wrong proof, and by the right one once', async () => {
    const challenged = await login();
    const before = await eventsOf('step_up_failed');
    const refused = await complete(challenged, 'somebody-elses-passkey');
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expectNobodyIn(refused);
    await expectCounted('step_up_failed', before + 1);

    const done = await complete(challenged, 'alice-passkey');
    expect(done.status).toBe(200);
    expect(done.json()).toMatchObject({ decision: 'allow' });
    const visited = await page(cookiesOf(done, cookiesOf(challenged)));
    expect(visited.status).toBe(200);
    expect(visited.json()).toMatchObject({ path: '/payslips', subject: 'alice' });

    expectNobodyIn(await complete(challenged, 'alice-passkey'));
  });

  it('opens no page without its cookie, nor with a forged one or a forged subject', async () => {
    expect((await page()).status).toBe(401);
    expect((await page('stepgate_session=forged')).status).toBe(401);
    const forged = await exchange(`${proxied.url}/payslips`, {
      headers: { 'x-forwarded-for': utrecht, 'x-auth-subject': 'alice' },
    });
    expect(forged.status).toBe(401);
  });
});

describe('forward-auth', () => {
  const engineKey = () => ({
    'content-type': 'application/json',
    authorization: `Bearer ${stack.addresses.api_key}`,
  });
  const tell = async (event: object): Promise<void> => {
    const answer = await exchange(`${stack.addresses.engine}/v1/events`, {
      method: 'POST',
      headers: engineKey(),
      body: JSON.stringify({ id: randomUUID(), ...event }),
    });
    expect(answer.status).toBe(202);
  };
  const ask = (subject: string, from: string): Promise<Received> =>
    exchange(`${proxied.url}/v1/authz/forward-auth?application=payroll`, {
      headers: {
        'x-auth-subject': subject,
        'x-auth-authenticators': 'passkey,totp',
        'x-device-id': 'laptop',
        'x-forwarded-for': from,
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      },
    });
  const expectPromised = (received: Received, status: number, decision: string): void => {
    expect([received.status, received.headers['x-risk-decision']]).toEqual([status, decision]);
    for (const name of riskHeaders) expect(received.headers[name]).toMatch(/^[\x21-\x7e]+$/);
    expect(received.headers['www-authenticate'] !== undefined).toBe(status === 401);
  };

  it('answers 200 for who is known here, 401 elsewhere, 403 for a compromised account', async () => {
    const subject = { type: 'user', id: 'wim' };
    const context = { ip: utrecht, device: { id: 'laptop' } };
    for (let n = 0; n < 5; n += 1) await tell({ type: 'login_succeeded', subject, context });
    expectPromised(await ask('wim', utrecht), 200, 'allow');
    expectPromised(await ask('wim', torExit), 401, 'step_up');
    await tell({ type: 'feedback_compromised', subject });
    expectPromised(await ask('wim', utrecht), 403, 'deny');
  });

  it('answers 403 where the proxy is not trusted', async () => {
    const received = await exchange(`${stack.addresses.gateway}/v1/authz/forward-auth`, {
      headers: { 'x-auth-subject': 'wim', 'x-forwarded-for': utrecht },
    });
    expect(received.status).toBe(403);
    for (const name of riskHeaders) expect(received.headers[name]).toMatch(/^[\x21-\x7e]+$/);
  });
});

/** The last of all: nothing works as before afterwards. */
describe('when the engine is gone', () => {
  it('a login is stepped up or denied, and no completion opens the door', async () => {
    const challenged = await login();
    const engine = stack.services.find(({ name }) => name === 'risk-engine');
    expect(engine?.exitCode()).toBeNull();
    process.kill(engine?.pid ?? 0, 'SIGKILL');
    await waitUntil(() => Promise.resolve(engine?.exitCode() !== null), {
      timeoutMs: 5_000,
      what: () => 'the engine still runs',
    });

    const received = await login();
    expect(received.status).toBe(401);
    expect(received.json()).toMatchObject({ code: 'step_up_required', decision_id: null });
    expectNobodyIn(received);
    expect((await page(cookiesOf(received))).status).toBe(401);

    const completed = await complete(challenged, 'alice-passkey');
    expect(completed.status).toBe(503);
    expectNobodyIn(completed);

    const asked = await exchange(`${proxied.url}/v1/authz/forward-auth`, {
      headers: { 'x-auth-subject': 'alice', 'x-forwarded-for': utrecht },
    });
    expect(asked.status).toBe(401);
    expect(asked.headers['x-risk-marks']).toBe('engine_unreachable');
  });
});
