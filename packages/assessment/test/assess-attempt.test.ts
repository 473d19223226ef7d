import { createAssessAttempt, StateUnavailableError, type DecisionRecord } from '../src/index.js';
import { admitted, asked, at, input, scriptedPorts } from './fixture.js';
import { cleanAttempt } from '@stepgate/testing';

const away = (): Promise<never> => Promise.reject(new StateUnavailableError('state store: frozen'));

const recordOf = (assessment: { kind: string; record?: DecisionRecord }): DecisionRecord => {
  if (assessment.record === undefined) throw new Error(`no record: ${assessment.kind}`);
  return assessment.record;
};

describe('an attempt', () => {
  it('is decided at the instant of the store and recorded under the id that was admitted', async () => {
    const ports = scriptedPorts({});
    const record = recordOf(await createAssessAttempt(ports.deps)(input(), asked));
    expect(record).toMatchObject({
      at,
      decisionId: '01a20bb7-41ee-7390-96c6-f93c814801e8',
      attemptId: '01a20bb7-41ee-7390-96c6-f93c814801e8',
      pseudonyms: { subject: 'sub_alice' },
      decision: { degraded: [] },
    });
    expect(record.evidence.address).toBeUndefined();
    expect(JSON.stringify(record)).not.toContain('203.0.113.7');
    expect(ports.decided).toHaveLength(1);
  });

  it('is degraded, never allowed, when the store cannot be read', async () => {
    const ports = scriptedPorts({ admission: away });
    const record = recordOf(await createAssessAttempt(ports.deps)(input(), asked));
    expect(record.decision.outcome).toBe('step_up');
    expect(record.decision.degraded).toContain('history');
    expect(record.at).toBe(asked.time.receivedAt);
    expect(ports.decided).toHaveLength(1);
  });

  it('is degraded when the store read but could not record: an answer is recorded or marked', async () => {
    const ports = scriptedPorts({ record: away });
    const record = recordOf(await createAssessAttempt(ports.deps)(input(), asked));
    expect(record.decision.outcome).toBe('step_up');
    expect(record.decision.degraded).toContain('lock');
  });

  it('is decided for a minute only without state, for five with it', async () => {
    const lifetimeOf = async (script: Parameters<typeof scriptedPorts>[0]): Promise<number> => {
      const record = recordOf(
        await createAssessAttempt(scriptedPorts(script).deps)(input(), asked),
      );
      return record.expiresAt - record.at;
    };
    expect(await lifetimeOf({ admission: away })).toBe(60_000);
    expect(await lifetimeOf({ record: away })).toBe(60_000);
    expect(await lifetimeOf({})).toBe(300_000);
  });

  it('that changes who can sign in is denied without state', async () => {
    const ports = scriptedPorts({ admission: away });
    const attempt = cleanAttempt({ action: { name: 'enroll_authenticator', properties: {} } });
    const record = recordOf(await createAssessAttempt(ports.deps)(input({ attempt }), asked));
    expect(record.decision.outcome).toBe('deny');
  });

  it('gives the second step what the first has left of the time', async () => {
    const ports = scriptedPorts({
      admission: () => {
        ports.pass(90);
        return Promise.resolve(admitted());
      },
    });
    await createAssessAttempt(ports.deps)(input(), asked);
    expect(ports.budgets).toEqual([100, 35]);
  });

  it('whose id was used with another body is a conflict', async () => {
    const ports = scriptedPorts({ admission: () => Promise.resolve({ kind: 'conflict' }) });
    expect(await createAssessAttempt(ports.deps)(input(), asked)).toEqual({ kind: 'conflict' });
    expect(ports.decided).toEqual([]);
  });

  it('that was answered before is not told of again', async () => {
    const first = scriptedPorts({});
    const record = recordOf(await createAssessAttempt(first.deps)(input(), asked));
    const ports = scriptedPorts({ admission: () => Promise.resolve({ kind: 'replayed', record }) });
    expect(await createAssessAttempt(ports.deps)(input(), asked)).toEqual({
      kind: 'decided',
      record,
      deviceToken: null,
      durable: null,
    });
    expect(ports.decided).toEqual([]);
  });

  it.each([true, false])('that is denied says whether that is kept: %s', async (durable) => {
    const lock = {
      reason: 'push_fatigue' as const,
      since: at - 1,
      until: at + 1,
      exceptKnownDevice: false,
    };
    const admission = () => Promise.resolve(admitted({ lock }));
    const ports = scriptedPorts({ admission, durable });
    const answer = await createAssessAttempt(ports.deps)(input(), asked);
    expect(answer).toMatchObject({ durable, record: { decision: { outcome: 'deny' } } });
    expect(ports.secured).toEqual([{ kind: 'decision', durable }]);
    // What is left of the time for state, and never long.
    expect(ports.asksToSecure).toEqual([50]);
    const again = scriptedPorts({
      admission: () => Promise.resolve({ kind: 'replayed', record: recordOf(answer) }),
      durable,
    });
    expect(await createAssessAttempt(again.deps)(input(), asked)).toMatchObject({ durable });
  });

  it('that is not denied has nothing to keep, and waits for nothing', async () => {
    const ports = scriptedPorts({});
    expect(await createAssessAttempt(ports.deps)(input(), asked)).toMatchObject({ durable: null });
    expect(ports.asksToSecure).toEqual([]);
  });

  it('that is denied without state is not kept', async () => {
    const ports = scriptedPorts({ admission: away });
    const enrol = input({
      attempt: cleanAttempt({ action: { name: 'enroll_authenticator', properties: {} } }),
    });
    expect(await createAssessAttempt(ports.deps)(enrol, asked)).toMatchObject({ durable: false });
  });

  it('lets a bug through as a bug', async () => {
    const ports = scriptedPorts({ admission: () => Promise.reject(new TypeError('a bug')) });
    await expect(createAssessAttempt(ports.deps)(input(), asked)).rejects.toThrow('a bug');
  });
});
