import { randomUUID } from 'node:crypto';
import type { DecisionResponse, EventRequest, SubjectResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Api } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const minute = 60_000;
const morning = Date.parse('2026-03-03T10:00:00Z');
const home = '77.161.224.17';
const abroad = '1.40.32.17';

let deployment: Deployment;
let engines: EngineProcess[];
/** Gateways of one tenant, each with a key of its own. */
let gateways: Api[];

beforeAll(async () => {
  deployment = await createDeployment(redisUrl, undefined, { keys: 3 });
  engines = await Promise.all([1, 2].map(() => startEngineProcess(deployment, { mode: 'dev' })));
  gateways = [deployment.apiKey, ...deployment.otherKeys].map((key, n) =>
    createApi(engines[n % engines.length]?.url ?? '', key),
  );
}, 90_000);

afterAll(async () => {
  for (const gateway of gateways) gateway.close();
  await Promise.all(engines.map((engine) => engine.stop()));
  await deployment.remove();
});

const gateway = (n: number): Api => {
  const found = gateways[n % gateways.length];
  if (found === undefined) throw new Error('no gateway');
  return found;
};
const at = (instant: number, n = 0): Api => gateway(n).at(instant);

const viewOf = async (id: string, instant: number): Promise<SubjectResponse> => {
  const { status, body } = await at(instant).get(`/v1/subjects/user/${id}`);
  if (status !== 200) throw new Error(`the subject answered ${String(status)}`);
  return body as SubjectResponse;
};

/** Five proven logins from home, a day before. */
const settle = async (id: string): Promise<void> => {
  for (let n = 0; n < 5; n += 1) {
    await at(morning - 24 * 60 * minute + n).send({
      type: 'login_succeeded',
      subject: { type: 'user', id },
      context: { ip: home, device: { id: 'laptop' } },
    });
  }
};

type Result = 'push_denied' | 'push_ignored' | 'ran_out';

/** One prompt of an attack: another address, device and gateway each time. */
const prompt = async (
  id: string,
  n: number,
  told: { readonly result: Result; readonly sentAt: number },
): Promise<void> => {
  const about: Pick<EventRequest, 'subject' | 'context' | 'data'> = {
    subject: { type: 'user', id },
    context: {
      ip: `198.51.100.${String(n % 20)}`,
      device: { id: `attacker ${String(n % 5)}` },
      session_id: randomUUID(),
    },
    data: { prompt_id: `${id}-${String(n)}` },
  };
  await at(told.sentAt, n).send({ type: 'push_sent', ...about });
  if (told.result === 'ran_out') return;
  await at(told.sentAt + minute, n + 1).send({ type: told.result, ...about });
};

const thief = (id: string) => login(id, { ip: abroad, device: 'attacker 2' });
/** Where a number must be matched, the prompt is a step-up that push still satisfies. */
const maySend = ({ decision, step_up: stepUp }: DecisionResponse): boolean =>
  decision === 'allow' || stepUp?.authenticators.includes('push') === true;
const decisions = ['deny', 'step_up', 'allow'] as const;
const strictness = ({ decision }: DecisionResponse): number => decisions.indexOf(decision);

describe('the ladder of the shipped policy', () => {
  const kinds: readonly (readonly [string, (n: number) => Result])[] = [
    ['denied', () => 'push_denied'],
    ['ignored', () => 'push_ignored'],
    ['left to run out', () => 'ran_out'],
    ['mixed', (n) => (['push_denied', 'push_ignored', 'ran_out'] as const)[n % 3] ?? 'ran_out'],
  ];

  it.each(kinds)('climbs at three, five and ten prompts that are %s', async (name, resultOf) => {
    const id = `victim-${name.replaceAll(' ', '-')}`;
    await settle(id);
    const spacing = 3 * minute;
    const seen: DecisionResponse[] = [];
    for (let n = 0; n < 10; n += 1) {
      const sentAt = morning + n * spacing;
      await prompt(id, n, { result: resultOf(n), sentAt });
      seen.push(await at(sentAt + 2 * minute).decide(thief(id)));
    }
    const numberMatched = seen.map(({ step_up }) => step_up?.number_matching ?? null);
    expect(numberMatched.slice(0, 9)).toEqual([
      ...Array<boolean>(2).fill(false),
      ...Array<boolean>(7).fill(true),
    ]);
    const pushForbidden = seen.map(({ step_up }) => step_up?.forbidden.includes('push') ?? null);
    expect(pushForbidden.slice(0, 9)).toEqual([
      ...Array<boolean>(4).fill(false),
      ...Array<boolean>(5).fill(true),
    ]);
    expect(seen.map(({ decision }) => decision)).toEqual([
      ...Array<string>(9).fill('step_up'),
      'deny',
    ]);

    const end = morning + 9 * spacing + 2 * minute;
    const owner = await at(end).decide(login(id));
    expect(owner.decision).toBe('step_up');
    expect(owner.step_up?.authenticators).toEqual(['passkey', 'totp']);
    expect((await viewOf(id, end)).push).toMatchObject({ unanswered: 10, rung: 10 });
    expect((await at(end + 17 * minute).decide(thief(id))).decision).toBe('deny');
    const afterHold = await at(end + 21 * minute).decide(thief(id));
    expect(afterHold.decision).toBe('step_up');
    expect(afterHold.step_up?.forbidden).toContain('push');
  });

  it('keeps one alert open over all addresses, devices and gateways', async () => {
    const id = 'victim-of-many-gateways';
    const alerts = new Set<string>();
    for (let n = 0; n < 40; n += 1) {
      const sentAt = morning + n * minute;
      await prompt(id, n, { result: 'push_denied', sentAt });
      const { alert } = await viewOf(id, sentAt + minute);
      if (alert !== null) alerts.add(alert.id);
      expect(alert === null).toBe(n < 4);
    }
    expect(alerts.size).toBe(1);
    expect((await viewOf(id, morning + 40 * minute)).alert).toMatchObject({
      kind: 'push_fatigue',
      severity: 'critical',
    });
  });

  it('sees a slow drip of one denial every nine minutes', async () => {
    const id = 'victim-of-a-drip';
    for (let n = 0; n < 5; n += 1) {
      await prompt(id, n, { result: 'push_denied', sentAt: morning + n * 9 * minute });
    }
    const end = morning + 40 * minute;
    expect((await viewOf(id, end)).alert).toMatchObject({ count: 5 });
    expect((await at(end).decide(thief(id))).step_up?.forbidden).toContain('push');
  });

  it('takes "this was not me" for the top rung', async () => {
    const id = 'victim-who-reports';
    await at(morning).send({ type: 'push_reported', subject: { type: 'user', id } });
    expect((await at(morning + 1_000).decide(thief(id))).decision).toBe('deny');
    expect((await viewOf(id, morning + 1_000)).alert).toMatchObject({ severity: 'critical' });
  });
});

describe('a recorded-style attack of 25 ignored prompts, then an approval', () => {
  /** Seconds at which prompts were sent: a burst, then one about every two minutes, 44 minutes in all. */
  const sent = [0, 20, 45, 70, 100, ...Array.from({ length: 20 }, (_, n) => 200 + n * 128)];
  const approvedAt = morning + 44 * minute + 30_000;

  it('is stopped by the fifth prompt, tells a human 40 minutes ahead, and is not let in', async () => {
    const id = 'victim-of-a-recording';
    await settle(id);
    let prompts = 0;
    let alertedAt: number | null = null;
    let last: DecisionResponse | null = null;
    for (const [n, seconds] of sent.entries()) {
      const sentAt = morning + seconds * 1_000;
      last = await at(sentAt, n).decide(thief(id));
      const challenge = { ...thief(id), action: { name: 'push_challenge' as const } };
      const answer = await at(sentAt + 500, n).decide(challenge);
      if (maySend(answer)) prompts += 1;
      await prompt(id, n, { result: 'push_ignored', sentAt: sentAt + 1_000 });
      const { alert } = await viewOf(id, sentAt + 61_000);
      if (alert !== null) alertedAt ??= sentAt + 61_000;
    }
    expect(sent.at(-1)).toBeLessThanOrEqual(44 * 60);
    expect(prompts).toBe(5);
    expect(approvedAt - (alertedAt ?? Infinity)).toBeGreaterThanOrEqual(40 * minute);
    const approval = await at(approvedAt).complete(last?.decision_id ?? '', {
      authenticator: 'push',
      number_matched: true,
    });
    expect((approval.body as DecisionResponse).decision).not.toBe('allow');
    expect((await viewOf(id, approvedAt)).alert).toMatchObject({
      kind: 'push_approved_after_denials',
      severity: 'critical',
    });
  });
});

describe('the owner', () => {
  it('who fails twice and then approves is not bothered', async () => {
    const id = 'clumsy-owner';
    await settle(id);
    const travelling = login(id, { ip: abroad, device: 'new phone' });
    for (let n = 0; n < 2; n += 1) {
      await prompt(id, n, { result: 'push_denied', sentAt: morning + n * minute });
    }
    const asked = await at(morning + 3 * minute).decide(travelling);
    expect(asked.decision).toBe('step_up');
    const answer = await at(morning + 4 * minute).complete(asked.decision_id, {
      authenticator: 'push',
      number_matched: false,
    });
    expect((answer.body as DecisionResponse).decision).toBe('allow');
    expect((await viewOf(id, morning + 4 * minute)).alert).toBeNull();
  });

  it('who approves after three refused prompts is asked for something unphishable', async () => {
    const id = 'tired-owner';
    await settle(id);
    const asked = await at(morning).decide(login(id, { ip: abroad, device: 'new' }));
    for (let n = 0; n < 3; n += 1) {
      await prompt(id, n, { result: 'push_denied', sentAt: morning + n * minute });
    }
    const answer = await at(morning + 4 * minute).complete(asked.decision_id, {
      authenticator: 'push',
      number_matched: true,
    });
    const judged = answer.body as DecisionResponse;
    expect(judged.decision).toBe('step_up');
    expect(judged.step_up?.authenticators).toEqual(['passkey']);
    expect(judged.reasons.map(({ code }) => code)).toContain('push_approved_after_denials');
    expect((await viewOf(id, morning + 4 * minute)).alert).toMatchObject({
      kind: 'push_approved_after_denials',
      severity: 'critical',
    });
  });

  it('approves from a phone in another country than the login: that is a mismatch', async () => {
    const id = 'far-phone';
    const asked = await at(morning).decide(login(id, { ip: home, device: 'new' }));
    const answer = await at(morning + minute).complete(asked.decision_id, {
      authenticator: 'push',
      number_matched: true,
      context: { ip: abroad },
    });
    const judged = answer.body as DecisionResponse;
    expect(judged.decision).toBe('step_up');
    expect(judged.reasons.map(({ code }) => code)).toContain('device_mismatch');
  });

  it('ends the attack by signing in on the device of before; a new device does not', async () => {
    const id = 'resetting-owner';
    await settle(id);
    for (let n = 0; n < 4; n += 1) {
      await prompt(id, n, { result: 'push_denied', sentAt: morning + n * minute });
    }
    const signIn = (device: string) =>
      at(morning + 10 * minute).send({
        type: 'login_succeeded',
        subject: { type: 'user', id },
        context: { ip: home, device: { id: device } },
      });
    await signIn('attacker 2');
    await signIn('attacker 2');
    expect((await viewOf(id, morning + 10 * minute)).push.unanswered).toBe(4);
    await signIn('laptop');
    expect((await viewOf(id, morning + 10 * minute)).push.unanswered).toBe(0);
  });
});

describe('in the wake of an attack', () => {
  it.each(['enroll_authenticator', 'recover_account'] as const)(
    '%s is refused to strangers and held for the owner',
    async (action) => {
      const id = `wake-${action}`;
      await settle(id);
      for (let n = 0; n < 5; n += 1) {
        await prompt(id, n, { result: 'push_denied', sentAt: morning + n * minute });
      }
      const later = morning + 5 * 60 * minute;
      const stranger = await at(later).decide({ ...thief(id), action: { name: action } });
      expect(stranger.decision).toBe('deny');
      expect(stranger.reasons.map(({ code }) => code)).toContain('account_at_risk');
      const owner = await at(later).decide({ ...login(id), action: { name: action } });
      expect(owner.decision).toBe('step_up');
      expect(owner.step_up?.authenticators).toEqual(['passkey']);
      const nextDay = await at(later + 24 * 60 * minute).decide({
        ...login(id),
        action: { name: action },
      });
      expect(strictness(nextDay)).toBeGreaterThanOrEqual(strictness(owner));
      expect(nextDay.reasons.map(({ code }) => code)).not.toContain('account_at_risk');
    },
  );
});
