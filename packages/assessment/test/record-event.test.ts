import { createAssessAttempt, createRecordEvent, type DecisionRecord } from '../src/index.js';
import { asked, event, input, scriptedPorts } from './fixture.js';

const decidedRecord = async (): Promise<DecisionRecord> => {
  const assessment = await createAssessAttempt(scriptedPorts({}).deps)(input(), asked);
  if (assessment.kind !== 'decided') throw new Error('not decided');
  return assessment.record;
};

const question = { tenant: 'acme', now: null };
const decisionId = '01a20bb7-41ee-7390-96c6-f93c814801e8';

const learntFrom = async (
  change: (record: DecisionRecord) => DecisionRecord | null,
  overrides: Parameters<typeof event>[0] = {},
) => {
  const ports = scriptedPorts({ found: change(await decidedRecord()) });
  await createRecordEvent(ports.deps)(question, event({ decisionId, ...overrides }));
  return ports.events[0]?.learn ?? null;
};

const withOutcome = (
  record: DecisionRecord,
  outcome: 'allow' | 'step_up' | 'deny',
): DecisionRecord => ({
  ...record,
  decision: { ...record.decision, outcome },
});

describe('a reported success', () => {
  it('teaches what an allowed decision saw', async () => {
    const learnt = await learntFrom((record) => withOutcome(record, 'allow'));
    expect(learnt).toMatchObject({ device: 'dev_laptop', source: 'src_home' });
  });

  it('teaches what was seen when the step-up was passed, and how strongly', async () => {
    const learnt = await learntFrom((record) => ({
      ...withOutcome(record, 'step_up'),
      completion: { at: record.at, authenticator: 'passkey', outcome: 'allow' },
    }));
    expect(learnt).toMatchObject({ device: 'dev_laptop', phishingResistant: true });
  });

  it.each([
    ['a step-up that nobody passed', (record: DecisionRecord) => withOutcome(record, 'step_up')],
    ['a denial', (record: DecisionRecord) => withOutcome(record, 'deny')],
    [
      'a step-up that was failed',
      (record: DecisionRecord): DecisionRecord => ({
        ...withOutcome(record, 'step_up'),
        completion: { at: record.at, authenticator: 'sms', outcome: 'step_up' },
      }),
    ],
    ['a decision that is gone', () => null],
  ])('teaches nothing after %s', async (_what, change) => {
    expect(await learntFrom(change)).toBeNull();
  });

  it('without a decision teaches what its own context shows', async () => {
    const learnt = await learntFrom(() => null, { decisionId: null, address: '203.0.113.7' });
    expect(learnt).toMatchObject({ device: 'dev_laptop', place: null });
  });

  it('of something else than a login teaches nothing', async () => {
    expect(await learntFrom((r) => withOutcome(r, 'allow'), { type: 'push_approved' })).toBeNull();
  });

  it('for a decision of somebody else is refused and not counted', async () => {
    const record = await decidedRecord();
    const found = { ...record, pseudonyms: { ...record.pseudonyms, subject: 'sub_bob' } };
    const ports = scriptedPorts({ found });
    const outcome = await createRecordEvent(ports.deps)(question, event({ decisionId }));
    expect(outcome).toEqual({ kind: 'foreign_decision' });
    expect(ports.events).toEqual([]);
  });
});

describe('what is told of a prompt', () => {
  it('links its answer by the decision, else by the name that the caller gave it', async () => {
    const linkOf = async (overrides: Parameters<typeof event>[0]) => {
      const ports = scriptedPorts({ found: await decidedRecord() });
      await createRecordEvent(ports.deps)(question, event({ type: 'push_sent', ...overrides }));
      return ports.events[0]?.event.promptId;
    };
    expect(await linkOf({ decisionId, promptId: 'txn-1' })).toBe(decisionId);
    expect(await linkOf({ promptId: 'txn-1' })).toBe('txn-1');
    expect(await linkOf({})).toBeNull();
  });

  it('comes from where its decision was made when it names no place of its own', async () => {
    const place = { country: 'NL', region: null, city: null, timezone: null, point: null };
    const record = { ...(await decidedRecord()), place, asn: 1136 };
    const ports = scriptedPorts({ found: record });
    await createRecordEvent(ports.deps)(question, event({ type: 'push_denied', decisionId }));
    expect(ports.events[0]?.origin).toEqual({
      address: null,
      sourcePseudonym: 'src_home',
      devicePseudonym: 'dev_laptop',
      country: 'NL',
      asn: 1136,
    });
  });

  it('says that a login went on at high risk', async () => {
    const riskOf = async (level: 'medium' | 'high') => {
      const record = withOutcome(await decidedRecord(), 'allow');
      const ports = scriptedPorts({
        found: { ...record, decision: { ...record.decision, level } },
      });
      await createRecordEvent(ports.deps)(question, event({ decisionId }));
      return ports.events[0]?.risky;
    };
    expect(await riskOf('high')).toBe(true);
    expect(await riskOf('medium')).toBe(false);
  });
});
