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
