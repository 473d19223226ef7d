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
import { evaluate, explain } from '../src/evaluate.js';
import type { LimitUsage, Lock } from '../src/evidence.js';
import type { Limit, OutcomeSpec } from '../src/policy.js';
import { observed } from '../src/signal.js';

const allowAll = [ruleOf('allow all', demandOf('allow'))];
const strangeDevice = { history: observed(cleanHistory({ device: null })) };

const limit = (name: string, then: OutcomeSpec): Limit => ({
  name,
  per: 'subject',
  actions: [],
  max: 5,
  windowMs: 600_000,
  then,
});
const usage = (name: string, exceeded: boolean): LimitUsage => ({
  name,
  per: 'subject',
  max: 5,
  windowMs: 600_000,
  count: 5,
  exceeded,
});

describe('a limit', () => {
  const policy = policyWith({
    rules: allowAll,
    limits: [
      limit('soft', demandOf('step_up', { require: 'mfa' })),
      limit('hard', demandOf('deny')),
      limit('strong', demandOf('step_up', { require: 'phishing_resistant' })),
    ],
  });
  const outcomeWith = (...exceeded: readonly string[]) => {
    const limits = observed(
      ['soft', 'hard', 'strong'].map((name) => usage(name, exceeded.includes(name))),
    );
    return evaluate(cleanEvidence({ limits }), policy, cleanNow);
  };

  it('is no floor while it is not exceeded', () => {
    expect(outcomeWith().outcome).toBe('allow');
  });

  it('holds against a rule that allows', () => {
    expect(outcomeWith('soft').outcome).toBe('step_up');
    expect(outcomeWith('hard').outcome).toBe('deny');
  });

  it('gives way to the strictest of those exceeded', () => {
    expect(outcomeWith('soft', 'strong').stepUp?.acrValues).toStrictEqual(['phr']);
    expect(outcomeWith('strong', 'hard', 'soft').outcome).toBe('deny');
  });

  it('denies when the policy no longer knows it', () => {
    const evidence = cleanEvidence({ limits: observed([usage('renamed', true)]) });
    expect(evaluate(evidence, policy, cleanNow).outcome).toBe('deny');
  });

  it('is a reason and a verdict of its own', () => {
    const limits = observed([usage('soft', true), usage('hard', false)]);
    const { decision, verdicts } = explain(cleanEvidence({ limits }), policy, cleanNow);
    expect(decision.findings[0]).toStrictEqual({
      reason: 'limit_exceeded',
      points: 0,
      detail: { limit: 'soft', per: 'subject', max: 5, window_minutes: 10 },
    });
    expect(verdicts.filter(({ kind }) => kind === 'limit')).toStrictEqual([
      { kind: 'limit', name: 'soft', met: true },
      { kind: 'limit', name: 'hard', met: false },
    ]);
  });

  it('holds when the policy switched its detector off', () => {
    const silent = { ...policy, detectors: { ...policy.detectors, limit_exceeded: null } };
    const evidence = cleanEvidence({ limits: observed([usage('hard', true)]) });
    expect(evaluate(evidence, silent, cleanNow).outcome).toBe('deny');
  });
});

describe('the push ladder', () => {
  const policy = policyWith({
    rules: [ruleOf('step up', demandOf('step_up'))],
    pushLadder: ladderWith({
      rungs: [
        rungAt(3, { numberMatching: true, points: 10 }),
        rungAt(5, { forbid: ['push'], alert: 'high', points: 15 }),
        rungAt(10, { outcome: 'deny', exceptKnownDevice: true, alert: 'critical', points: 20 }),
      ],
    }),
  });
  const at = (ladder: number, overrides = {}) =>
    explain(
      cleanEvidence({ push: observed(quietPush({ ladder })), ...overrides }),
      policy,
      cleanNow,
    );

  it.each([
    [2, false, true, 0, []],
    [3, true, true, 10, ['at 3']],
    [4, true, true, 10, ['at 3']],
    [5, true, false, 25, ['at 3', 'at 5']],
    [9, true, false, 25, ['at 3', 'at 5']],
  ])(
    'after %i unanswered prompts: number matching %s, push offered %s, %i points',
    (ladder, ...[numberMatching, pushOffered, points, rungs]) => {
      const { decision, verdicts } = at(ladder);
      expect(decision.outcome).toBe('step_up');
      expect(decision.stepUp?.numberMatching).toBe(numberMatching);
      expect(decision.stepUp?.authenticators.includes('push')).toBe(pushOffered);
      expect(decision.score).toBe(points);
      expect(
        verdicts.filter(({ kind, met }) => kind === 'rung' && met).map(({ name }) => name),
      ).toStrictEqual(rungs);
    },
  );

  it('denies a strange device on the last rung', () => {
    const { decision } = at(10, strangeDevice);
    expect(decision.outcome).toBe('deny');
    expect(decision.findings).toContainEqual({
      reason: 'push_fatigue',
      points: 45,
      detail: { unanswered: 10, rung: 10 },
    });
  });

  it('serves the known device on that rung, with a real second factor and without push', () => {
    const { decision } = at(10);
    expect(decision.outcome).toBe('step_up');
    expect(decision.stepUp).toStrictEqual({
      authenticators: ['passkey', 'totp', 'sms'],
      forbidden: ['push'],
      acrValues: ['https://refeds.org/profile/mfa'],
      numberMatching: true,
      maxAge: 0,
      enrolmentRequired: false,
    });
    expect(decision.findings).toContainEqual({
      reason: 'push_fatigue',
      points: 25,
      detail: { unanswered: 10, rung: 10 },
    });
  });

  it('asks the known device for a second factor even where a rule would allow', () => {
    const lenient = { ...policy, rules: allowAll };
    const evidence = cleanEvidence({ push: observed(quietPush({ ladder: 10 })) });
    expect(evaluate(evidence, lenient, cleanNow).outcome).toBe('step_up');
  });

  it('denies the known device too on a rung that spares nobody', () => {
    const strict = policyWith({
      rules: allowAll,
      pushLadder: { ...policy.pushLadder, rungs: [rungAt(10, { outcome: 'deny' })] },
    });
    const evidence = cleanEvidence({ push: observed(quietPush({ ladder: 10 })) });
    expect(evaluate(evidence, strict, cleanNow).outcome).toBe('deny');
  });

  it('takes a rung that is no number for reached', () => {
    const broken = policyWith({
      pushLadder: { ...policy.pushLadder, rungs: [rungAt(NaN, { outcome: 'deny' })] },
    });
    expect(evaluate(cleanEvidence(), broken, cleanNow).outcome).toBe('deny');
  });
});

describe('a lock', () => {
  const policy = policyWith({ rules: allowAll });
  const lock = (overrides: Partial<Lock> = {}): Lock => ({
    reason: 'push_fatigue',
    since: cleanNow - 60_000,
    until: cleanNow + 60_000,
    exceptKnownDevice: false,
    ...overrides,
  });
  const under = (held: Lock, overrides = {}) =>
    explain(cleanEvidence({ lock: observed(held), ...overrides }), policy, cleanNow);

  it('denies, whatever the rules say, and says until when', () => {
    const { decision, verdicts } = under(lock());
    expect(decision.outcome).toBe('deny');
    expect(decision.findings[0]).toStrictEqual({
      reason: 'subject_locked',
      points: 0,
      detail: { lock: 'push_fatigue', until: '2026-03-03T10:01:00.000Z' },
    });
    expect(verdicts).toContainEqual({ kind: 'lock', name: 'push_fatigue', met: true });
  });

  it('denies a strange device although it spares known ones', () => {
    const { decision } = under(lock({ exceptKnownDevice: true }), strangeDevice);
    expect(decision.outcome).toBe('deny');
  });

  it('asks a known device that it spares for a second factor, and sends it no more prompts', () => {
    const { decision } = under(lock({ exceptKnownDevice: true }));
    expect(decision.outcome).toBe('step_up');
    expect(decision.stepUp?.acrValues).toStrictEqual(['https://refeds.org/profile/mfa']);
    expect(decision.stepUp?.forbidden).toStrictEqual(['push']);
  });

  it.each([
    ['one millisecond before its end', cleanNow + 1, 'deny'],
    ['at its end', cleanNow, 'allow'],
    ['after its end', cleanNow - 1, 'allow'],
    ['when its end is no number', NaN, 'deny'],
    ['when no calendar holds its end', Number.MAX_VALUE, 'deny'],
  ])('%s', (_when, until, outcome) => {
    expect(under(lock({ until })).decision.outcome).toBe(outcome);
  });
});
