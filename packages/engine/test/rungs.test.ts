import {
  cleanEvidence,
  cleanHistory,
  cleanNow,
  demandOf,
  ladderWith,
  policyWith,
  quietPush,
  ruleOf,
  rungAt,
} from '@stepgate/testing';
import { evaluate } from '../src/evaluate.js';
import type { Evidence } from '../src/evidence.js';
import type { OutcomeSpec, Rung } from '../src/policy.js';
import { observed } from '../src/signal.js';

const began = cleanNow - 1_800_000;

const decided = (rungs: readonly Rung[], base: OutcomeSpec, overrides: Partial<Evidence> = {}) =>
  evaluate(
    cleanEvidence({ push: observed(quietPush({ ladder: 5, since: began })), ...overrides }),
    policyWith({ rules: [ruleOf('base', base)], pushLadder: ladderWith({ rungs }) }),
    cleanNow,
  );

const mfa = demandOf('step_up', { require: 'mfa' });
const allow = demandOf('allow');

describe('a rung by itself', () => {
  it.each<[string, Partial<Rung>, object]>([
    ['number matching', { numberMatching: true }, { numberMatching: true }],
    [
      'a forbidden authenticator',
      { forbid: ['sms'] },
      { authenticators: ['passkey', 'totp', 'push'], forbidden: ['sms'] },
    ],
    [
      'something phishing-resistant',
      { require: 'phishing_resistant' },
      { authenticators: ['passkey'], acrValues: ['phr'] },
    ],
  ])('with %s strengthens a step-up, and makes none of an allow', (_what, asks, stepUp) => {
    const rungs = [rungAt(5, asks)];
    expect(decided(rungs, mfa).stepUp).toMatchObject(stepUp);
    expect(decided(rungs, allow).outcome).toBe('allow');
  });

  it('can step up by itself', () => {
    const rungs = [rungAt(5, { outcome: 'step_up', require: 'phishing_resistant' })];
    expect(decided(rungs, allow).stepUp?.authenticators).toStrictEqual(['passkey']);
  });

  it('can deny', () => {
    expect(decided([rungAt(5, { outcome: 'deny' })], allow).outcome).toBe('deny');
  });

  it('can add points, which may lift the level', () => {
    const lifted = evaluate(
      cleanEvidence({ push: observed(quietPush({ ladder: 5 })) }),
      policyWith({ pushLadder: ladderWith({ rungs: [rungAt(5, { points: 30 })] }) }),
      cleanNow,
    );
    expect([lifted.score, lifted.level, lifted.outcome]).toStrictEqual([30, 'medium', 'step_up']);
  });

  it('can do no more than raise an alert', () => {
    const { outcome, findings } = decided([rungAt(5, { alert: 'low' })], allow);
    expect(outcome).toBe('allow');
    expect(findings[0]).toStrictEqual({
      reason: 'push_fatigue',
      points: 0,
      detail: { unanswered: 5, rung: 5 },
    });
  });
});

describe('rungs together', () => {
  it('all apply: the strictest of what they ask, and the sum of their points', () => {
    const { outcome, score, stepUp, findings } = decided(
      [
        rungAt(1, { points: 5, numberMatching: true }),
        rungAt(2, { points: 10, forbid: ['sms'] }),
        rungAt(3, { require: 'phishing_resistant' }),
        rungAt(4, { points: 7, forbid: ['push'] }),
        rungAt(5, { outcome: 'step_up', require: 'mfa' }),
        rungAt(6, { points: 50, outcome: 'deny' }),
      ],
      allow,
    );
    expect([outcome, score]).toStrictEqual(['step_up', 22]);
    expect(stepUp).toStrictEqual({
      authenticators: ['passkey'],
      forbidden: ['push', 'sms'],
      acrValues: ['phr'],
      numberMatching: true,
      maxAge: 0,
      enrolmentRequired: false,
    });
    expect(findings[0]).toMatchObject({ points: 22, detail: { unanswered: 5, rung: 5 } });
  });

  it('may be many', () => {
    const many = Array.from({ length: 50 }, (_, index) => rungAt(index + 1, { points: 1 }));
    expect(decided(many, allow).score).toBe(5);
  });
});

describe('a rung that denies all but known devices', () => {
  const sparing = [rungAt(5, { outcome: 'deny', exceptKnownDevice: true, points: 40 })];
  const learntAt = (firstSeenAt: number): Partial<Evidence> => ({
    history: observed(
      cleanHistory({
        device: { firstSeenAt, lastSeenAt: cleanNow, trusted: true, sameFingerprint: true },
      }),
    ),
  });

  it('spares a device that was proven before the first counted prompt, without another prompt', () => {
    const { outcome, score, stepUp } = decided(sparing, allow, learntAt(began - 1));
    expect([outcome, score]).toStrictEqual(['step_up', 0]);
    expect(stepUp?.authenticators).toStrictEqual(['passkey', 'totp', 'sms']);
  });

  it.each([
    ['in that very moment', began],
    ['in the course of the attack', began + 60_000],
    ['at an instant that is no number', NaN],
  ])('denies a device that was proven %s', (_when, firstSeenAt) => {
    const { outcome, score } = decided(sparing, allow, learntAt(firstSeenAt));
    expect([outcome, score]).toStrictEqual(['deny', 40]);
  });

  it('denies a device that was never proven', () => {
    const strange = { history: observed(cleanHistory({ device: null })) };
    expect(decided(sparing, allow, strange).outcome).toBe('deny');
  });

  it('denies a device learnt between the first prompt and the hold that it led to', () => {
    const lock = observed({
      reason: 'push_fatigue' as const,
      since: began + 600_000,
      until: cleanNow + 600_000,
      exceptKnownDevice: true,
    });
    expect(decided([], allow, { ...learntAt(began + 60_000), lock }).outcome).toBe('deny');
    expect(decided([], allow, { ...learntAt(began - 60_000), lock }).outcome).toBe('step_up');
  });

  it('takes every device that was proven before a hold for known once its prompts are forgotten', () => {
    const since = cleanNow - 60_000;
    const lock = observed({
      reason: 'push_fatigue' as const,
      since,
      until: cleanNow + 600_000,
      exceptKnownDevice: true,
    });
    const forgotten = { lock, push: observed(quietPush()) };
    const outcomes = [since - 1, since].map(
      (firstSeenAt) => decided([], allow, { ...learntAt(firstSeenAt), ...forgotten }).outcome,
    );
    expect(outcomes).toStrictEqual(['step_up', 'deny']);
  });

  it('takes no notice of a hold that is over', () => {
    const lock = observed({
      reason: 'push_fatigue' as const,
      since: began - 7_200_000,
      until: began - 3_600_000,
      exceptKnownDevice: true,
    });
    const newPhone = learntAt(began - 1_800_000);
    expect(decided(sparing, allow, { ...newPhone, lock }).outcome).toBe('step_up');
  });

  it('asks what it demands besides of the device that it spares', () => {
    const strong = [
      rungAt(5, { outcome: 'deny', exceptKnownDevice: true, require: 'phishing_resistant' }),
    ];
    expect(decided(strong, allow).stepUp?.authenticators).toStrictEqual(['passkey']);
  });
});
