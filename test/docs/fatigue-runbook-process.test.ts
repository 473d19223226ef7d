import type { Alert } from '@stepgate/assessment';
import { waitUntil } from '@stepgate/cli';
import {
  decisionRecordResponseSchema,
  subjectResponseSchema,
  type DecisionResponse,
  type SubjectResponse,
} from '@stepgate/contracts';
import {
  AlertUnreadableError,
  createRedisAlertOutbox,
  createRedisConnection,
  createRedisState,
} from '@stepgate/redis';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Api } from '../e2e/api.js';
import { hasCurl, runBlock, shellBlock } from './fatigue-runbook.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const day = 86_400_000;
const abroad = '1.40.32.17';

let deployment: Deployment;
let engine: EngineProcess;
let api: Api;

beforeAll(async () => {
  deployment = await createDeployment(redisUrl);
  engine = await startEngineProcess(deployment);
  api = createApi(engine.url, deployment.apiKey);
}, 60_000);
afterAll(async () => {
  api.close();
  await engine.stop();
  await deployment.remove();
});

/** A block of the page, in a shell in which the page's first block was run. */
const inShell = (words: string, variables: Readonly<Record<string, string>> = {}) =>
  runBlock(shellBlock(words), {
    STEPGATE_ENGINE: engine.url,
    STEPGATE_API_KEY: deployment.apiKey,
    ...variables,
  });
const view = async (who: string): Promise<SubjectResponse> =>
  subjectResponseSchema.parse(JSON.parse(await inShell('/v1/subjects/', { WHO: who })));
const verdict = async (type: string, who: string, alert: string): Promise<unknown> =>
  JSON.parse(await inShell(type, { WHO: who, ALERT: alert }));

const about = (id: string) => ({ subject: { type: 'user', id } }) as const;
const device = (id: string, ip: string) => ({ context: { ip, device: { id } } });
const own = login('').context.ip;

/** The owner has signed in from a laptop; then prompts are denied, the first for that laptop. */
const attack = async (id: string, denials: number): Promise<void> => {
  await api.send({ type: 'login_succeeded', ...about(id), ...device('laptop', own) });
  for (let n = 0; n < denials; n += 1) {
    const origin = n === 0 ? device('laptop', own) : device('attacker', abroad);
    const data = { prompt_id: `${id}-${String(n)}` };
    await api.send({ type: 'push_sent', ...about(id), ...origin, data });
    await api.send({ type: 'push_denied', ...about(id), ...origin, data });
  }
};
const thief = (id: string) => api.decide(login(id, { ip: abroad, device: 'attacker' }));
const owner = (id: string) => api.decide(login(id));
const enrol = (id: string) =>
  api.decide({ ...login(id), action: { name: 'enroll_authenticator' } });
const codesOf = ({ reasons }: DecisionResponse): string[] => reasons.map(({ code }) => code);

/** The messages of an alert, as the worker would deliver them. */
const messagesOf = async (alertId: string): Promise<Alert[]> => {
  const connection = createRedisConnection({ url: redisUrl });
  const { seal } = createRedisState({ connection, secret: deployment.secret });
  const outbox = createRedisAlertOutbox({ connection, onForeignEntry: () => undefined });
  const open = async (sealed: Parameters<typeof seal.open>[0]): Promise<Alert[]> => {
    try {
      return [await seal.open(sealed)];
    } catch (error) {
      // Of another test on the same Redis.
      if (error instanceof AlertUnreadableError) return [];
      throw error;
    }
  };
  try {
    await waitUntil(() => connection.isUp(), { timeoutMs: 5_000, what: () => 'Redis is away' });
    const entries = await outbox.peek(10_000);
    const opened = await Promise.all(entries.map(({ alert }) => open(alert)));
    return opened
      .flat()
      .filter((alert) => alert.alertId === alertId)
      .toSorted((a, b) => a.revision - b.revision);
  } finally {
    connection.close();
  }
};

(hasCurl ? describe : describe.skip)('the commands of the page for an analyst', () => {
  it('show who is attacked, and which of the devices was the user’s own', async () => {
    await attack('bombed', 5);
    const { alert, push, devices, last_login_at: lastLogin } = await view('bombed');
    expect(alert).toMatchObject({ kind: 'push_fatigue', severity: 'high', count: 5 });
    expect(push).toMatchObject({ unanswered: 5, rung: 5, pending: 0, sent_since_success: 5 });
    const [message] = await messagesOf(alert?.id ?? '');
    expect(message).toMatchObject({ subject: { type: 'user', id: 'bombed' }, deviceCount: 2 });
    expect(message?.actions).toEqual(['number_matching_required', 'push_forbidden']);
    const inBoth = devices.filter(({ id }) => message?.devices.includes(id));
    expect(inBoth).toHaveLength(1);
    expect(Date.parse(inBoth[0]?.first_seen_at ?? '')).toBeLessThan(Date.parse(push.since ?? ''));

    await api.send({ type: 'login_succeeded', ...about('bombed'), ...device('attacker', abroad) });
    const after = await view('bombed');
    expect(after.push.sent_since_success).toBe(0);
    expect(after.last_login_at).toBe(lastLogin);
  });

  it('show why a decision was made as it was', async () => {
    await attack('denied', 10);
    const { decision_id: id } = await thief('denied');
    const shown = await inShell('/v1/decisions/', { DECISION: id });
    const record = decisionRecordResponseSchema.parse(JSON.parse(shown));
    expect(record.decision).toBe('deny');
    expect(record.reasons.map(({ code }) => code)).toContain('push_fatigue');
    const met = record.verdicts.filter((one) => one.met).map(({ kind, name }) => `${kind} ${name}`);
    expect(met).toEqual(expect.arrayContaining(['rung at 10', 'lock push_fatigue']));
    expect(record.evidence['push']?.value).toMatchObject({ ladder: 10 });
    expect(record.completion).toBeNull();
    expect(record.subject).not.toContain('denied');
  });

  it('lock a compromised user out of everything for a day, close the alert and forget nothing', async () => {
    const id = 'compromised';
    await attack(id, 5);
    const { alert } = await view(id);
    expect((await owner(id)).decision).toBe('allow');
    const sent = await verdict('feedback_compromised', id, alert?.id ?? '');
    expect(sent).toMatchObject({ accepted: 1, duplicates: 0 });

    const { alert: open, lock, push } = await view(id);
    expect([open, push.unanswered]).toEqual([null, 5]);
    expect(lock).toMatchObject({ reason: 'feedback_compromised', except_known_device: false });
    expect(Date.parse(lock?.until ?? '') - Date.parse(lock?.since ?? '')).toBe(day);
    for (const decided of [await owner(id), await thief(id), await enrol(id)]) {
      expect([decided.decision, codesOf(decided)]).toEqual([
        'deny',
        expect.arrayContaining(['subject_locked']),
      ]);
    }
    const last = (await messagesOf(alert?.id ?? '')).at(-1);
    expect([last?.phase, last?.closedBy]).toEqual(['closed', 'feedback_compromised']);

    const again = await verdict('feedback_compromised', id, alert?.id ?? '');
    expect(again).toMatchObject({ accepted: 0, duplicates: 1 });
    await api.send({ type: 'push_denied', ...about(id), ...device('attacker', abroad) });
    const next = (await view(id)).alert?.id;
    expect(next).toMatch(/^alr_/);
    expect(next).not.toBe(alert?.id);
  });

  it('take everything back where it was the user', async () => {
    const id = 'legitimate';
    await attack(id, 10);
    await api.send({ type: 'credential_breached', ...about(id) });
    const { alert, lock } = await view(id);
    expect([alert?.severity, lock?.reason]).toEqual(['critical', 'push_fatigue']);
    expect((await enrol(id)).decision).toBe('step_up');
    expect((await thief(id)).decision).toBe('deny');
    const sent = await verdict('feedback_legitimate', id, alert?.id ?? '');
    expect(sent).toMatchObject({ accepted: 1, duplicates: 0 });

    expect(await view(id)).toMatchObject({
      alert: null,
      lock: null,
      push: { unanswered: 0, rung: 0, since: null },
      account_risk_at: null,
      credential_breached_at: null,
    });
    expect((await thief(id)).decision).toBe('step_up');
    expect(codesOf(await enrol(id))).not.toContain('account_at_risk');
    const last = (await messagesOf(alert?.id ?? '')).at(-1);
    expect([last?.phase, last?.closedBy]).toEqual(['closed', 'feedback_legitimate']);
  });

  it('lift the lock of a user whose account is clean again', async () => {
    const id = 'clean';
    await attack(id, 5);
    const alert = (await view(id)).alert?.id ?? '';
    await verdict('feedback_compromised', id, alert);
    expect((await owner(id)).decision).toBe('deny');
    expect(await verdict('feedback_legitimate', id, alert)).toMatchObject({ accepted: 1 });
    expect((await owner(id)).decision).toBe('allow');
  });

  it('accept a user whom nobody knows, which is why the page says to look again', async () => {
    const sent = await verdict('feedback_legitimate', 'misspelt', 'alr_1');
    expect(sent).toMatchObject({ accepted: 1, duplicates: 0 });
  });
});
