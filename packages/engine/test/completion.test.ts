import {
  cleanNow,
  demandOf,
  ladderWith,
  policyWith,
  pushCounts,
  quietPush,
  rungAt,
  sydney,
} from '@stepgate/testing';
import { authenticators, type Authenticator } from '../src/attempt.js';
import type { CompletionEvidence } from '../src/completion.js';
import type { Decision } from '../src/decision.js';
import type { Lock } from '../src/evidence.js';
import { isPhishingResistant, stepUpFor } from '../src/outcome.js';
import type { Rung } from '../src/policy.js';
import { observed } from '../src/signal.js';
import { asked, enrolled, judge } from './completion-fixture.js';

const ladderOf = (...rungs: readonly Rung[]) => policyWith({ pushLadder: ladderWith({ rungs }) });

describe('a completion by an authenticator that was offered', () => {
  it.each<Authenticator>(['passkey', 'totp', 'push', 'sms'])('%s is allowed', (authenticator) => {
    expect(judge({ authenticator })).toStrictEqual({ ...asked(), outcome: 'allow', stepUp: null });
  });

  it.each<[string, Partial<CompletionEvidence>]>([
    ['push without the number', { authenticator: 'push', numberMatched: false }],
    ['push from another country without the number', { authenticatorPlace: observed(sydney) }],
  ])('%s changes nothing where the number must match', (_case, evidence) => {
    const decision = asked({ numberMatching: true });
    expect(judge(evidence, decision)).toStrictEqual(decision);
  });

  it('push with the number is allowed', () => {
    const decision = asked({ numberMatching: true });
    expect(judge({ numberMatched: true }, decision).outcome).toBe('allow');
  });

  it('totp needs no number', () => {
    const decision = asked({ numberMatching: true });
    expect(judge({ authenticator: 'totp' }, decision).outcome).toBe('allow');
  });
});

describe('a completion by an authenticator that was not offered', () => {
  it.each<Authenticator>(['security_key', 'hotp', 'voice', 'recovery_code'])(
    '%s changes nothing',
    (authenticator) => {
      expect(judge({ authenticator })).toStrictEqual(asked());
    },
  );

  it.each<Authenticator>(['totp', 'push', 'sms'])(
    '%s changes nothing where phishing resistance was asked for',
    (authenticator) => {
      const decision = asked({ require: 'phishing_resistant' });
      expect(judge({ authenticator, numberMatched: true }, decision)).toStrictEqual(decision);
    },
  );

  it('a forbidden one changes nothing', () => {
    const decision = asked({ forbid: ['sms'] });
    expect(judge({ authenticator: 'sms' }, decision)).toStrictEqual(decision);
  });

  it.each(authenticators)('%s changes nothing where enrolment is required', (authenticator) => {
    const decision: Decision = { ...asked(), stepUp: stepUpFor(demandOf('step_up'), []) };
    expect(judge({ authenticator }, decision)).toStrictEqual(decision);
  });
});

describe('a lock since the decision', () => {
  const lock = (overrides: Partial<Lock> = {}): Lock => ({
    reason: 'push_fatigue',
    since: cleanNow - 1000,
    until: cleanNow + 1000,
    exceptKnownDevice: false,
    ...overrides,
  });
  const reason = {
    reason: 'subject_locked',
    points: 0,
    detail: { lock: 'push_fatigue', until: '2026-03-03T10:00:01.000Z' },
  };

  it.each<Authenticator>(['passkey', 'push'])('denies, even by %s', (authenticator) => {
    expect(judge({ authenticator, lock: lock() })).toStrictEqual({
      ...asked(),
      outcome: 'deny',
      stepUp: null,
      findings: [...asked().findings, reason],
    });
  });

  it('denies a strange device although it spares known ones', () => {
    expect(judge({ lock: lock({ exceptKnownDevice: true }) }).outcome).toBe('deny');
  });

  it('lets the known device that it spares go on, by a real second factor only', () => {
    const spared = { lock: lock({ exceptKnownDevice: true }), deviceFirstSeenAt: 0 };
    const decision = asked({ require: 'any' });
    expect(judge({ ...spared, authenticator: 'totp' }, decision).outcome).toBe('allow');
    const refused = judge({ ...spared, authenticator: 'recovery_code' }, decision);
    expect(refused.outcome).toBe('step_up');
    expect(refused.stepUp?.authenticators).toStrictEqual(['passkey', 'totp', 'sms']);
    expect(judge({ ...spared, authenticator: 'push' }, decision).outcome).toBe('step_up');
    expect(refused.findings).toStrictEqual([...decision.findings, reason]);
  });

  it('denies the known device where it spares nobody', () => {
    expect(judge({ lock: lock(), deviceFirstSeenAt: 0 }).outcome).toBe('deny');
  });

  it('denies a device that was learnt after it began, or in that very moment', () => {
    const held = lock({ exceptKnownDevice: true });
    const outcome = (deviceFirstSeenAt: number) =>
      judge({ authenticator: 'totp', lock: held, deviceFirstSeenAt }).outcome;
    expect([held.since + 1, held.since, held.since - 1].map(outcome)).toStrictEqual([
      'deny',
      'deny',
      'allow',
    ]);
  });

  it('that is over by now is no lock', () => {
    expect(judge({ lock: lock({ until: cleanNow }) }).outcome).toBe('allow');
  });
});

describe('a rung of the push ladder reached since the decision', () => {
  const began = cleanNow - 3_600_000;
  const fifthDenial = {
    push: quietPush({ ladder: 5, since: began, last10m: pushCounts({ denied: 1 }) }),
  };

  it('takes push back when it forbids it', () => {
    const judged = judge(
      fifthDenial,
      asked(),
      ladderOf(rungAt(5, { forbid: ['push'], points: 30 })),
    );
    expect(judged.outcome).toBe('step_up');
    expect(judged.stepUp?.authenticators).toStrictEqual(['passkey', 'totp', 'sms']);
    expect([judged.score, judged.level]).toStrictEqual([65, 'high']);
  });

  it('asks for the number when it demands one', () => {
    const policy = ladderOf(rungAt(5, { numberMatching: true }));
    expect(judge(fifthDenial, asked(), policy).outcome).toBe('step_up');
    expect(judge({ ...fifthDenial, numberMatched: true }, asked(), policy).outcome).toBe('allow');
  });

  it('denies when it denies, except the known device that it spares', () => {
    const policy = ladderOf(rungAt(5, { outcome: 'deny', exceptKnownDevice: true }));
    const outcome = (deviceFirstSeenAt: number | null) =>
      judge({ ...fifthDenial, authenticator: 'totp', deviceFirstSeenAt }, asked(), policy).outcome;
    expect([null, began, began - 1].map(outcome)).toStrictEqual(['deny', 'deny', 'allow']);
  });

  it('counts its points once when the decision had reached it already', () => {
    const policy = ladderOf(rungAt(5, { numberMatching: true, points: 20 }));
    const before: Decision = {
      ...asked({ numberMatching: true }),
      score: 20,
      level: 'low',
      findings: [{ reason: 'push_fatigue', points: 20, detail: { unanswered: 5, rung: 5 } }],
    };
    expect(judge({ ...fifthDenial, numberMatched: true }, before, policy)).toStrictEqual({
      ...before,
      outcome: 'allow',
      stepUp: null,
    });
  });
});

describe('a decision that asked for no step-up', () => {
  it.each(['allow', 'deny'] as const)('%s: cannot be completed into an allow', (outcome) => {
    const decision: Decision = { ...asked(), outcome, stepUp: null };
    expect(judge({ authenticator: 'passkey' }, decision)).toStrictEqual({
      ...decision,
      outcome: 'deny',
    });
  });

  it('is not opened by a requirement that was left on it', () => {
    expect(judge({ authenticator: 'passkey' }, { ...asked(), outcome: 'deny' }).outcome).toBe(
      'deny',
    );
  });
});

describe('a step-up that was answered with another step-up', () => {
  it.each(authenticators)(
    'is not finished by %s unless that is phishing-resistant',
    (authenticator) => {
      const tired = quietPush({ last1h: pushCounts({ denied: 3 }) });
      const again = judge({ push: tired });
      const outcome = judge({ authenticator, push: tired, numberMatched: true }, again).outcome;
      const satisfies = isPhishingResistant(authenticator) && enrolled.includes(authenticator);
      expect(outcome).toBe(satisfies ? 'allow' : 'step_up');
    },
  );
});
