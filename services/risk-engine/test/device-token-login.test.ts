import { randomUUID } from 'node:crypto';
import { decisionResponseSchema, type DecisionResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const otherBrowser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const dayMs = 86_400_000;
const start = Date.UTC(2026, 2, 2, 9);

let deployment: Deployment;
let engine: EngineProcess;

beforeAll(async () => {
  deployment = await createDeployment(redisUrl);
  engine = await startEngineProcess(deployment, { mode: 'dev', quiet: true });
}, 60_000);

afterAll(async () => {
  await engine.stop();
  await deployment.remove();
});

const post = async (path: string, body: unknown, now: number): Promise<unknown> => {
  const response = await fetch(`${engine.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${deployment.apiKey}`,
      'stepgate-dev-now': new Date(now).toISOString(),
    },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${String(response.status)} ${JSON.stringify(answer)}`);
  return answer;
};

interface Login {
  readonly subject: string;
  readonly now: number;
  readonly device?: object;
  readonly userAgent?: string;
  readonly attemptId?: string;
  readonly action?: string;
}

const ask = async ({ subject, now, device, ...sent }: Login): Promise<DecisionResponse> =>
  decisionResponseSchema.parse(
    await post(
      '/v1/decisions',
      {
        ...(sent.attemptId === undefined ? {} : { attempt_id: sent.attemptId }),
        subject: { type: 'user', id: subject, properties: { authenticators: ['passkey', 'totp'] } },
        action: { name: sent.action ?? 'login' },
        resource: { type: 'application', id: 'payroll' },
        context: {
          ip: '77.161.224.17',
          user_agent: sent.userAgent ?? browser,
          ...(device === undefined ? {} : { device }),
        },
      },
      now,
    ),
  );

/** The whole login: step-up if asked for, and the event. */
const signIn = async (
  login: Login,
  authenticator: 'totp' | 'passkey' = 'totp',
): Promise<DecisionResponse> => {
  const { subject, now } = login;
  const asked = await ask(login);
  const path = `/v1/decisions/${asked.decision_id}/completion`;
  const answer =
    asked.decision === 'allow'
      ? asked
      : decisionResponseSchema.parse(await post(path, { authenticator }, now));
  expect(answer.decision).toBe('allow');
  await post(
    '/v1/events',
    {
      id: randomUUID(),
      type: 'login_succeeded',
      subject: { type: 'user', id: subject },
      decision_id: asked.decision_id,
    },
    now,
  );
  return answer;
};

const tokenIn = ({ device }: DecisionResponse): string => {
  if (device === null) throw new Error('no token');
  return device.token;
};
const codesOf = ({ reasons }: DecisionResponse): readonly string[] =>
  reasons.map(({ code }) => code);
const problemIn = ({ reasons }: DecisionResponse): unknown =>
  reasons.find(({ code }) => code === 'device_token_invalid')?.detail['problem'];

describe('a login without a device', () => {
  it('is stepped up without a token, and gets one with its completion', async () => {
    const asked = await ask({ subject: 'new', now: start });
    expect([asked.decision, asked.device]).toEqual(['step_up', null]);
    const answer = await signIn({ subject: 'new', now: start });
    expect(answer.device).toEqual({
      token: expect.stringMatching(/^v1\.[\w.-]+$/),
      expires_at: new Date(start + 180 * dayMs).toISOString(),
    });
  });
});

describe('the token of a login', () => {
  const alice = { subject: 'alice', now: start };
  let token: string;
  beforeAll(async () => {
    token = tokenIn(await signIn(alice));
  });
  const again = (overrides: Partial<Login> & { readonly token?: string } = {}) =>
    ask({
      ...alice,
      now: start + dayMs,
      device: { token: overrides.token ?? token },
      ...overrides,
    });

  it('makes its device known, and is not given again', async () => {
    const answer = await again();
    expect(codesOf(answer)).not.toContain('device_unseen');
    expect([answer.decision, answer.device]).toEqual(['allow', null]);
  });

  it('makes no device known before the login is told', async () => {
    const unproven = await ask({ subject: 'carol', now: start });
    const path = `/v1/decisions/${unproven.decision_id}/completion`;
    const completed = decisionResponseSchema.parse(
      await post(path, { authenticator: 'totp' }, start),
    );
    const device = { token: tokenIn(completed) };
    const answer = await ask({ subject: 'carol', now: start + dayMs, device });
    expect(codesOf(answer)).toContain('device_unseen');
    expect(problemIn(answer)).toBeUndefined();
  });

  it('makes the device trusted where something unphishable proved it', async () => {
    const dora = { subject: 'dora', now: start };
    const device = { token: tokenIn(await signIn(dora, 'passkey')) };
    const { decision_id: id } = await ask({ ...dora, now: start + dayMs, device });
    const response = await fetch(`${engine.url}/v1/decisions/${id}`, {
      headers: { authorization: `Bearer ${deployment.apiKey}` },
    });
    expect(await response.json()).toMatchObject({
      evidence: {
        device: { value: { token: 'valid' } },
        history: { value: { device: { trusted: true, same_fingerprint: true } } },
      },
    });
  });

  it('is a finding under another subject, and knows no device there', async () => {
    await signIn({ subject: 'bob', now: start, device: { id: 'bobs' } });
    const answer = await again({ subject: 'bob' });
    expect(problemIn(answer)).toBe('foreign_subject');
    expect(codesOf(answer)).toContain('device_unseen');
    expect(answer.decision).toBe('step_up');
  });

  it('is a finding with one bit altered, also beside the id of a known device', async () => {
    const at = token.length - 10;
    const altered =
      token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ 1) + token.slice(at + 1);
    const answer = await again({ token: altered });
    expect(problemIn(answer)).toBe('tampered');
    expect(codesOf(answer)).toContain('device_unseen');
  });

  it('says that it has expired, half a year later', async () => {
    const answer = await again({ now: start + 181 * dayMs });
    expect(problemIn(answer)).toBe('expired');
    expect(codesOf(answer)).toContain('device_unseen');
  });

  it('is renewed past half of its life, and the new one names the same device', async () => {
    const erin = { subject: 'erin', now: start };
    const first = tokenIn(await signIn(erin));
    const later = { ...erin, now: start + 100 * dayMs };
    const renewed = tokenIn(await signIn({ ...later, device: { token: first } }));
    expect(renewed).not.toBe(first);
    const last = { ...erin, now: start + 200 * dayMs, device: { token: renewed } };
    expect(codesOf(await ask(last))).not.toContain('device_unseen');
  });

  it('is the same for both copies of an attempt', async () => {
    const copy = { ...alice, now: start + 2 * dayMs, attemptId: randomUUID() };
    const known = { ...copy, now: start + 100 * dayMs, device: { token } };
    const [one, other] = [await ask(known), await ask(known)];
    expect(one.device).not.toBeNull();
    expect(other).toEqual(one);
  });

  it('is named by nobody who only knows the decision that it was given with', async () => {
    const frank = { subject: 'frank', now: start };
    const { decision_id: id } = await signIn(frank);
    const answer = await ask({ ...frank, now: start + dayMs, device: { id } });
    expect(codesOf(answer)).toContain('device_unseen');
  });

  it('in a browser that looks otherwise is weak evidence of a copy', async () => {
    const answer = await again({ userAgent: otherBrowser });
    expect(answer.reasons).toContainEqual({
      code: 'device_changed',
      points: 5,
      detail: { last_seen_days: 1 },
    });
  });

  it('is asked for by logins only', async () => {
    const answer = await ask({ ...alice, now: start + dayMs, action: 'access' });
    expect(answer.device).toBeNull();
  });
});
