import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Api } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const torExits = readFileSync(
  join(__dirname, '../../infra/reputation/tor.secops-exit-nodes.txt'),
  'utf8',
);
const torExit = torExits.split('\n').find((line) => /^\d+(\.\d+){3}$/.test(line)) ?? '';
const utrecht = '77.161.224.17';
const sydney = '1.40.32.17';

let deployment: Deployment;
let engine: EngineProcess;
let api: Api;

beforeAll(async () => {
  deployment = await createDeployment(redisUrl);
  engine = await startEngineProcess(deployment, { mode: 'dev' });
  api = createApi(engine.url, deployment.apiKey);
}, 60_000);

afterAll(async () => {
  api.close();
  await engine.stop();
  await deployment.remove();
});

const proveLogins = async (id: string, times: number): Promise<void> => {
  for (let n = 0; n < times; n += 1) {
    await api.send({
      type: 'login_succeeded',
      subject: { type: 'user', id },
      context: { ip: utrecht, device: { id: 'laptop' } },
    });
  }
};

const codesOf = (decision: DecisionResponse): string[] => decision.reasons.map(({ code }) => code);
const sumOf = ({ reasons }: DecisionResponse): number =>
  reasons.reduce((sum, { points }) => sum + points, 0);

describe('the decision loop', () => {
  it('allows the same device and address after five proven logins', async () => {
    await proveLogins('anna', 5);
    const decision = await api.decide(login('anna'));
    expect(decision.decision).toBe('allow');
    expect(decision.risk.score).toBeLessThan(30);
  });

  it('learns from a login whose step-up was passed, by the decision alone', async () => {
    const asked = await api.decide(login('ben'));
    expect(asked.decision).toBe('step_up');
    const done = await api.complete(asked.decision_id, { authenticator: 'totp' });
    expect(done.body).toMatchObject({ decision: 'allow', decision_id: asked.decision_id });
    await api.send({
      type: 'login_succeeded',
      subject: { type: 'user', id: 'ben' },
      decision_id: asked.decision_id,
    });
    expect((await api.decide(login('ben'))).decision).toBe('allow');
  });

  it('learns nothing from a success that is claimed for a step-up nobody passed', async () => {
    const asked = await api.decide(login('bea'));
    await api.send({
      type: 'login_succeeded',
      subject: { type: 'user', id: 'bea' },
      decision_id: asked.decision_id,
    });
    expect(codesOf(await api.decide(login('bea')))).toContain('device_unseen');
  });

  it('steps up a Tor exit on a new device, and its points add up', async () => {
    await proveLogins('cora', 5);
    const decision = await api.decide(login('cora', { ip: torExit, device: 'another' }));
    expect(decision.decision).toBe('step_up');
    expect(codesOf(decision)).toEqual(expect.arrayContaining(['ip_listed', 'device_unseen']));
    expect(sumOf(decision)).toBe(decision.risk.score);
  });

  it.each([
    ['an access network', '2.58.192.17'],
    ['a data centre', '4.231.96.17'],
  ])(
    'lets only phishing-resistant authenticators answer for Sydney half an hour after Amsterdam, %s',
    async (network, amsterdam) => {
      const id = `dora of ${network}`;
      await api.send({
        type: 'login_succeeded',
        subject: { type: 'user', id },
        context: { ip: amsterdam, device: { id: 'laptop' } },
        occurred_at: new Date(Date.now() - 30 * 60_000).toISOString(),
      });
      const decision = await api.decide(login(id, { ip: sydney }));
      expect(decision.decision).toBe('step_up');
      expect(codesOf(decision)).toContain('travel_impossible');
      expect(decision.step_up).toMatchObject({ authenticators: ['passkey'], acr_values: ['phr'] });
    },
  );

  it('does not allow the sprayer of forty accounts, and still allows a victim on the own device', async () => {
    const source = '2.124.192.17';
    const victims = Array.from({ length: 40 }, (_, n) => `victim-${String(n)}`);
    await proveLogins('victim-7', 5);
    await Promise.all(
      victims.map((id) =>
        api.send({ type: 'login_failed', subject: { type: 'user', id }, context: { ip: source } }),
      ),
    );
    const sprayer = await api.decide(login('victim-12', { ip: source, device: 'spray-box' }));
    expect(sprayer.decision).not.toBe('allow');
    expect(codesOf(sprayer)).toContain('source_spraying');
    expect((await api.decide(login('victim-7'))).decision).toBe('allow');
  });

  it('gives every parallel copy of an attempt one answer, counted once', async () => {
    const body = { ...login('eve'), attempt_id: 'one-attempt' };
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => api.post('/v1/decisions', body)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const other = await api.post('/v1/decisions', {
      ...login('eve', { ip: sydney }),
      attempt_id: 'one-attempt',
    });
    expect(other.status).toBe(409);
    const stranger = await api.post('/v1/decisions', {
      ...login('mallory'),
      attempt_id: 'one-attempt',
    });
    expect(stranger.status).toBe(409);
  });
});

describe('a step-up', () => {
  const asked = async (id: string): Promise<string> => (await api.decide(login(id))).decision_id;

  it('is accepted exactly once of 200 parallel completions', async () => {
    const id = await asked('fay');
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => api.complete(id, { authenticator: 'totp' })),
    );
    const allowed = answers.filter(({ body }) => (body as DecisionResponse).decision === 'allow');
    expect(allowed).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  it('is not accepted with an authenticator that was not offered', async () => {
    const { body } = await api.complete(await asked('gus'), { authenticator: 'sms' });
    expect(body).toMatchObject({ decision: 'step_up' });
  });

  it('is not accepted once the subject is locked', async () => {
    const id = await asked('hal');
    await api.send({ type: 'feedback_compromised', subject: { type: 'user', id: 'hal' } });
    const { body } = await api.complete(id, { authenticator: 'passkey' });
    expect(body).toMatchObject({ decision: 'deny' });
  });

  it('of another tenant or of nobody is not found', async () => {
    const id = '01a20bb7-41ee-7390-96c6-f93c814801e8';
    const { status } = await api.complete(id, { authenticator: 'totp' });
    expect(status).toBe(404);
  });
});
