import {
  cleanAttempt,
  cleanEvidence,
  cleanNow,
  demandOf,
  policyWith,
  ruleOf,
} from '@stepgate/testing';
import { adminActions } from '../src/attempt.js';
import { evaluate, explain } from '../src/evaluate.js';
import type { SignalName } from '../src/evidence.js';
import { signalLabel, signalNames } from '../src/evidence.js';
import type { UnavailableCost } from '../src/policy.js';
import { unavailable } from '../src/signal.js';

const allowAll = [ruleOf('allow all', demandOf('allow'))];
const without = (signal: SignalName, overrides = {}) =>
  cleanEvidence({ [signal]: unavailable('timeout'), ...overrides });

const stateSignals = [
  'history',
  'subjectFailures',
  'subjectSources',
  'source',
  'push',
  'limits',
  'lock',
  'credentialBreachedAt',
  'accountRiskAt',
] as const;

describe.each(stateSignals)('without %s', (signal) => {
  it('never allows, whatever the rules say, and asks for a second factor', () => {
    const { decision, verdicts } = explain(
      without(signal),
      policyWith({ rules: allowAll }),
      cleanNow,
    );
    expect(decision.outcome).toBe('step_up');
    expect(decision.stepUp?.acrValues).toStrictEqual(['https://refeds.org/profile/mfa']);
    expect(decision.degraded).toStrictEqual([signal]);
    expect(decision.findings[0]).toStrictEqual({
      reason: 'signal_unavailable',
      points: 0,
      detail: { signal: signalLabel(signal), cause: 'timeout' },
    });
    expect(verdicts).toContainEqual({
      kind: 'degraded',
      name: signal,
      met: true,
      cause: 'timeout',
    });
  });

  it('denies where the policy says so', () => {
    const policy = policyWith({
      rules: allowAll,
      degraded: { state: 'deny', geo: { kind: 'keep' }, reputation: { kind: 'keep' } },
    });
    expect(evaluate(without(signal), policy, cleanNow).outcome).toBe('deny');
  });

  it.each(adminActions)('denies %s, which changes who can sign in later', (name) => {
    const attempt = cleanAttempt({ action: { name, properties: {} } });
    const policy = policyWith({ rules: allowAll });
    expect(evaluate(without(signal, { attempt }), policy, cleanNow).outcome).toBe('deny');
  });
});

const priced = ['geo', 'network', 'reputation'] as const;
const degradedAt = (cost: UnavailableCost) =>
  policyWith({ rules: allowAll, degraded: { state: 'step_up', geo: cost, reputation: cost } });

describe.each(priced)('without %s', (signal) => {
  it.each<[string, UnavailableCost, number, string]>([
    ['nothing', { kind: 'keep' }, 0, 'allow'],
    ['points', { kind: 'points', points: 12 }, 12, 'allow'],
    ['a step-up', { kind: 'outcome', outcome: 'step_up' }, 0, 'step_up'],
    ['a denial', { kind: 'outcome', outcome: 'deny' }, 0, 'deny'],
  ])('costs %s', (_what, ...[cost, points, outcome]) => {
    const decision = evaluate(without(signal), degradedAt(cost), cleanNow);
    expect([decision.score, decision.outcome, decision.degraded]).toStrictEqual([
      points,
      outcome,
      [signal],
    ]);
    expect(decision.findings[0]).toStrictEqual({
      reason: 'signal_unavailable',
      points,
      detail: { signal: signalLabel(signal), cause: 'timeout' },
    });
  });

  it('asks for a second factor where it costs a step-up', () => {
    const policy = degradedAt({ kind: 'outcome', outcome: 'step_up' });
    expect(evaluate(without(signal), policy, cleanNow).stepUp?.acrValues).toStrictEqual([
      'https://refeds.org/profile/mfa',
    ]);
  });
});

describe('the cost of geo data and of reputation lists', () => {
  it('is set apart', () => {
    const policy = policyWith({
      degraded: {
        state: 'step_up',
        geo: { kind: 'points', points: 7 },
        reputation: { kind: 'points', points: 11 },
      },
    });
    const score = (signal: SignalName) => evaluate(without(signal), policy, cleanNow).score;
    expect([score('geo'), score('reputation')]).toStrictEqual([7, 11]);
  });
});

describe('without any signal', () => {
  it('steps up, marked, and names every signal once', () => {
    const gone = Object.fromEntries(signalNames.map((name) => [name, unavailable('timeout')]));
    const decision = evaluate(cleanEvidence(gone), policyWith({ rules: allowAll }), cleanNow);
    expect(decision.outcome).toBe('step_up');
    expect(decision.degraded).toStrictEqual(signalNames);
    expect(decision.findings.map(({ reason }) => reason)).toStrictEqual([
      ...signalNames.map(() => 'signal_unavailable'),
      'rule',
    ]);
  });
});
