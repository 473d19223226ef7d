import type { Authenticator } from '@stepgate/engine';
import { quietPush } from '@stepgate/testing';
import {
  createAssessAttempt,
  createCompleteStepUp,
  StateUnavailableError,
  type DecisionRecord,
  type OpenDecision,
} from '../src/index.js';
import { admitted, asked, at, input, scriptedPorts, type Script } from './fixture.js';
import { cleanHistory } from '@stepgate/testing';

const completion = { authenticator: 'totp', numberMatched: false, address: null } as const;
const question = { tenant: 'acme', decisionId: 'd', now: null };

const steppedUp = async (): Promise<DecisionRecord> => {
  const history = cleanHistory({ device: null, countrySeen: false, asnSeen: false, logins: 0 });
  const ports = scriptedPorts({
    admission: () =>
      Promise.resolve(
        admitted({ history, subjectFailures: { tuned: 9, last10m: 9, last1h: 9, last24h: 9 } }),
      ),
  });
  const assessment = await createAssessAttempt(ports.deps)(input(), asked);
  if (assessment.kind !== 'decided') throw new Error('not decided');
  return assessment.record;
};

const opened = (record: DecisionRecord, overrides: Partial<OpenDecision> = {}): OpenDecision => ({
  record,
  at: at + 30_000,
  push: quietPush(),
  lock: null,
  guardVersion: 7,
  ...overrides,
});

const complete = async (
  script: (record: DecisionRecord) => Script,
  authenticator: Authenticator = 'totp',
) => {
  const record = await steppedUp();
  expect(record.decision.outcome).toBe('step_up');
  const ports = scriptedPorts({ found: record, open: () => opened(record), ...script(record) });
  const told = { ...completion, authenticator };
  return { ports, answer: await createCompleteStepUp(ports.deps)(question, told) };
};

describe('the completion of a step-up', () => {
  it('allows what was asked for, and settles against the state it judged', async () => {
    const { ports, answer } = await complete(() => ({}));
    expect(answer).toMatchObject({ kind: 'judged', decision: { outcome: 'allow', stepUp: null } });
    expect(ports.settled).toMatchObject([{ guardVersion: 7, outcome: 'allow' }]);
    expect(ports.completed).toHaveLength(1);
  });

  it.each([true, false])('says whether it is kept: %s', async (durable) => {
    const { ports, answer } = await complete(() => ({ durable }));
    expect(answer).toMatchObject({ kind: 'judged', durable });
    expect(ports.secured).toEqual([{ kind: 'completion', durable }]);
  });

  it('by push is counted as an approval first, so that one after refused prompts is told', async () => {
    const { ports } = await complete(() => ({}), 'push');
    expect(ports.events).toMatchObject([
      {
        subject: { pseudonym: 'sub_alice' },
        event: { id: 'completion:d', type: 'push_approved', promptId: 'd' },
        learn: null,
      },
    ]);
    expect((await complete(() => ({}), 'totp')).ports.events).toEqual([]);
  });

  it('at high risk has what comes next watched, unless something unphishable proved it', async () => {
    const risky = (record: DecisionRecord): Script => {
      const high: DecisionRecord = { ...record, decision: { ...record.decision, level: 'high' } };
      return { found: high, open: () => opened(high) };
    };
    const day = 24 * 3_600_000;
    expect((await complete(risky, 'totp')).ports.settled).toMatchObject([{ riskMs: day }]);
    expect((await complete(risky, 'passkey')).ports.settled).toMatchObject([{ riskMs: 0 }]);
    expect((await complete(() => ({}), 'totp')).ports.settled).toMatchObject([{ riskMs: 0 }]);
  });

  it('judges again when something happened to the subject in between', async () => {
    let reads = 0;
    const { ports, answer } = await complete((record) => ({
      settlements: ['stale', 'consumed'],
      open: () => {
        reads += 1;
        const lock = {
          reason: 'feedback_compromised',
          since: at,
          until: at + 3_600_000,
          exceptKnownDevice: false,
        } as const;
        return reads === 1 ? opened(record) : opened(record, { lock, guardVersion: 8 });
      },
    }));
    expect(answer).toMatchObject({ kind: 'judged', decision: { outcome: 'deny' } });
    expect(ports.settled.map(({ outcome }) => outcome)).toEqual(['allow', 'deny']);
  });

  it('gives up, and allows nothing, when it never stands still', async () => {
    const answer = complete(() => ({ settlements: Array<'stale'>(50).fill('stale') }));
    await expect(answer).rejects.toBeInstanceOf(StateUnavailableError);
  });

  it.each([
    ['already_consumed', 'used'],
    ['expired', 'expired'],
    ['missing', 'missing'],
  ] as const)('that comes to %s is answered with %s', async (settlement, kind) => {
    const { ports, answer } = await complete(() => ({ settlements: [settlement] }));
    expect(answer).toEqual({ kind });
    expect(ports.completed).toEqual([]);
  });

  it('of nobody’s decision is missing', async () => {
    const ports = scriptedPorts({ found: null });
    expect(await createCompleteStepUp(ports.deps)(question, completion)).toEqual({
      kind: 'missing',
    });
  });
});
