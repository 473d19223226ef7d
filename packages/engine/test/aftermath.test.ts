import {
  cleanAttempt,
  cleanEvidence,
  cleanHistory,
  cleanNow,
  dayMs,
  demandOf,
  ladderWith,
  policyWith,
  quietPush,
  ruleOf,
  rungAt,
} from '@stepgate/testing';
import { adminActions } from '../src/attempt.js';
import { evaluate, explain } from '../src/evaluate.js';
import type { Evidence } from '../src/evidence.js';
import { observed, unavailable } from '../src/signal.js';

const hour = 3_600_000;
const policy = policyWith({
  rules: [ruleOf('allow all', demandOf('allow'))],
  pushLadder: ladderWith({ rungs: [rungAt(3, { numberMatching: true })], aftermathMs: dayMs }),
});

const asking = (action: string, overrides: Partial<Evidence> = {}): Evidence =>
  cleanEvidence({
    attempt: cleanAttempt({ action: { name: action, properties: {} } }),
    ...overrides,
  });
const learntAt = (firstSeenAt: number): Partial<Evidence> => ({
  history: observed(
    cleanHistory({
      device: { firstSeenAt, lastSeenAt: cleanNow, trusted: false, sameFingerprint: true },
    }),
  ),
});
const strangeDevice = { history: observed(cleanHistory({ device: null })) };
const riskAgo = (ms: number): Partial<Evidence> => ({ accountRiskAt: observed(cleanNow - ms) });

describe.each(adminActions)('%s', (action) => {
  const decided = (...overrides: readonly Partial<Evidence>[]) =>
    evaluate(asking(action, Object.assign({}, ...overrides)), policy, cleanNow);

  it('is denied to a strange device in the wake of an attack, whatever the rules say', () => {
    const evidence = asking(action, { ...riskAgo(90 * 60_000), ...strangeDevice });
    const { decision, verdicts } = explain(
      evidence,
      { ...policy, detectors: { ...policy.detectors, device_unseen: null } },
      cleanNow,
    );
    expect([decision.outcome, decision.score]).toStrictEqual(['deny', 0]);
    expect(decision.findings[0]).toStrictEqual({
      reason: 'account_at_risk',
      points: 0,
      detail: { risk_minutes_ago: 90 },
    });
    expect(verdicts).toContainEqual({ kind: 'aftermath', name: action, met: true });
  });

  it('takes something phishing-resistant on a device that was proven before', () => {
    const { outcome, stepUp } = decided(riskAgo(hour), learntAt(cleanNow - hour - 1));
    expect(outcome).toBe('step_up');
    expect(stepUp?.authenticators).toStrictEqual(['passkey']);
  });

  it('is denied to a device that the risky login itself taught', () => {
    expect(decided(riskAgo(hour), learntAt(cleanNow - hour)).outcome).toBe('deny');
    expect(decided(riskAgo(hour), learntAt(cleanNow - hour / 2)).outcome).toBe('deny');
  });

  it('is denied to a device that was learnt after the first prompt of the attack', () => {
    const push = observed(quietPush({ ladder: 1, since: cleanNow - 3 * hour }));
    const outcome = (firstSeenAt: number) =>
      decided(riskAgo(hour), { push }, learntAt(firstSeenAt)).outcome;
    expect([cleanNow - 3 * hour, cleanNow - 3 * hour - 1].map(outcome)).toStrictEqual([
      'deny',
      'step_up',
    ]);
  });

  it.each([
    ['a millisecond before the end of the aftermath', dayMs - 1, 'deny'],
    ['at its end', dayMs, 'allow'],
    ['long after it', 30 * dayMs, 'allow'],
    ['when the risk lies ahead, by a clock that runs fast', -hour, 'deny'],
    ['when nobody knows when it was', NaN, 'deny'],
  ])('%s', (_when, agoMs, outcome) => {
    const silent = { ...policy, detectors: { ...policy.detectors, device_unseen: null } };
    const evidence = asking(action, { ...riskAgo(agoMs), ...strangeDevice });
    expect(evaluate(evidence, silent, cleanNow).outcome).toBe(outcome);
  });

  it('is held while a rung of the ladder is reached, and free below it', () => {
    const bombed = (ladder: number) => ({
      push: observed(quietPush({ ladder, since: cleanNow - hour })),
    });
    expect(decided(bombed(3), strangeDevice).outcome).toBe('deny');
    expect(decided(bombed(3)).stepUp?.acrValues).toStrictEqual(['phr']);
    for (const earlier of [{}, riskAgo(hour)]) {
      expect(decided(bombed(3), earlier).findings).toContainEqual({
        reason: 'account_at_risk',
        points: 0,
        detail: { risk_minutes_ago: 0 },
      });
    }
    expect(decided(bombed(2)).outcome).toBe('allow');
  });

  it('takes something phishing-resistant from the owner whom a hold spares', () => {
    const lock = observed({
      reason: 'push_fatigue' as const,
      since: cleanNow - 60_000,
      until: cleanNow + 60_000,
      exceptKnownDevice: true,
    });
    expect(decided({ lock }).stepUp?.authenticators).toStrictEqual(['passkey']);
  });

  it('does not ask about a risk that is forgotten when another attack begins', () => {
    const push = observed(quietPush({ ladder: 3, since: cleanNow - hour }));
    const { outcome } = decided(riskAgo(3 * dayMs), { push }, learntAt(cleanNow - 2 * dayMs));
    expect(outcome).toBe('step_up');
  });

  it('is denied when the risk cannot be read', () => {
    expect(decided({ accountRiskAt: unavailable('timeout') }).outcome).toBe('deny');
  });

  it('is free on an account of which nothing bad is known', () => {
    expect(decided().outcome).toBe('allow');
  });
});

describe.each(['login', 'access', 'push_challenge', 'pre_login'])('%s', (action) => {
  it('is no change of the account, and goes on as ever', () => {
    const { decision, verdicts } = explain(asking(action, riskAgo(hour)), policy, cleanNow);
    expect(decision.outcome).toBe('allow');
    expect(verdicts.filter(({ kind }) => kind === 'aftermath')).toStrictEqual([]);
  });
});
