import {
  cleanAttempt,
  cleanEvidence,
  cleanHistory,
  cleanNow,
  demandOf,
  policySignalOf,
  policyWith,
  quietPush,
  ruleOf,
  sourceVelocity,
} from '@stepgate/testing';
import { evaluate, explain } from '../src/evaluate.js';
import { observed } from '../src/signal.js';

const strangeDevice = { history: observed(cleanHistory({ device: null })) };
const torExit = { reputation: observed(['tor'] as const) };

describe('evaluate', () => {
  it('allows clean evidence at score 0', () => {
    expect(evaluate(cleanEvidence(), policyWith(), cleanNow)).toStrictEqual({
      outcome: 'allow',
      score: 0,
      level: 'low',
      findings: [],
      stepUp: null,
      rule: 'level:low',
      degraded: [],
    });
  });

  it('steps up when a new device comes from a Tor exit', () => {
    const evidence = cleanEvidence({ ...strangeDevice, ...torExit });
    expect(evaluate(evidence, policyWith(), cleanNow)).toStrictEqual({
      outcome: 'step_up',
      score: 55,
      level: 'medium',
      findings: [
        {
          reason: 'device_unseen',
          points: 20,
          detail: { known_devices: 2, device_sent: true, looks_known: false },
        },
        { reason: 'ip_listed', points: 35, detail: { categories: ['tor'] } },
      ],
      stepUp: {
        authenticators: ['passkey', 'totp', 'push', 'sms'],
        forbidden: [],
        acrValues: ['https://refeds.org/profile/mfa'],
        numberMatching: false,
        maxAge: 0,
        enrolmentRequired: false,
      },
      rule: 'level:medium',
      degraded: [],
    });
  });

  it('lists a clamp as a reason, so that the points still add up', () => {
    const evidence = cleanEvidence({
      ...strangeDevice,
      ...torExit,
      credentialBreachedAt: observed(cleanNow),
      source: observed(sourceVelocity({ failedSubjects: 40 })),
    });
    const { score, level, findings } = evaluate(evidence, policyWith(), cleanNow);
    expect({ score, level, last: findings.at(-1) }).toStrictEqual({
      score: 100,
      level: 'high',
      last: { reason: 'score_clamped', points: -45, detail: { sum: 145 } },
    });
    expect(findings.reduce((sum, { points }) => sum + points, 0)).toBe(100);
  });

  it('reaches exactly 100 without a clamp', () => {
    const policy = policyWith({ signals: [policySignalOf('own', 100)] });
    expect(evaluate(cleanEvidence(), policy, cleanNow).findings).toStrictEqual([
      { reason: 'own', points: 100, detail: { signal: 'policy' } },
    ]);
  });

  it.each([
    [0, 'low', 'allow'],
    [29, 'low', 'allow'],
    [30, 'medium', 'step_up'],
    [59, 'medium', 'step_up'],
    [60, 'high', 'step_up'],
    [100, 'high', 'step_up'],
  ])('puts a score of %i into the level %s', (points, level, outcome) => {
    const policy = policyWith({ signals: [policySignalOf('own', points)] });
    const decision = evaluate(cleanEvidence(), policy, cleanNow);
    expect([decision.score, decision.level, decision.outcome]).toStrictEqual([
      points,
      level,
      outcome,
    ]);
  });

  it.each([
    ['a weight', { signals: [policySignalOf('own', NaN)] }],
    ['the medium band', { bands: { medium: NaN, high: 60 } }],
    ['the high band', { bands: { medium: 30, high: NaN } }],
  ])('never takes the level for low when %s is no number', (_what, overrides) => {
    expect(evaluate(cleanEvidence(), policyWith(overrides), cleanNow).level).not.toBe('low');
  });

  it('lets the first rule that is met decide, whatever the level and later rules say', () => {
    const policy = policyWith({
      rules: [
        ruleOf('unmet', demandOf('deny'), () => ({ met: false, cause: 'geo.country is absent' })),
        ruleOf('first', demandOf('allow')),
        ruleOf('second', demandOf('deny')),
      ],
    });
    const evidence = cleanEvidence({ ...strangeDevice, ...torExit });
    const { decision, verdicts } = explain(evidence, policy, cleanNow);
    expect([decision.outcome, decision.rule, decision.level]).toStrictEqual([
      'allow',
      'first',
      'medium',
    ]);
    expect(decision.findings.at(-1)).toStrictEqual({
      reason: 'rule',
      points: 0,
      detail: { rule: 'first' },
    });
    expect(verdicts.filter(({ kind }) => kind === 'rule' || kind === 'level')).toStrictEqual([
      { kind: 'rule', name: 'unmet', met: false, cause: 'geo.country is absent' },
      { kind: 'rule', name: 'first', met: true },
    ]);
  });

  it('lets the level decide when no rule is met', () => {
    const policy = policyWith({
      rules: [ruleOf('unmet', demandOf('deny'), () => ({ met: false }))],
    });
    const { decision, verdicts } = explain(cleanEvidence(), policy, cleanNow);
    expect(decision.rule).toBe('level:low');
    expect(verdicts).toContainEqual({ kind: 'level', name: 'low', met: true });
  });

  it('shows rules the score, the level and the codes of all findings, and signals none of them', () => {
    const seen: unknown[] = [];
    const policy = policyWith({
      signals: [
        policySignalOf('own', 15, (facts) => {
          seen.push([facts.risk, facts.findings]);
          return { met: true };
        }),
      ],
      rules: [
        ruleOf('spy', demandOf('deny'), (facts) => {
          seen.push([facts.risk, facts.findings]);
          return { met: true };
        }),
      ],
    });
    evaluate(cleanEvidence(strangeDevice), policy, cleanNow);
    expect(seen).toStrictEqual([
      [undefined, undefined],
      [{ score: 35, level: 'medium' }, ['device_unseen', 'own']],
    ]);
  });

  it('adds the points of a policy signal that is met, and records the verdict of each', () => {
    const policy = policyWith({
      signals: [
        policySignalOf('on', 12),
        policySignalOf('off', 50, () => ({ met: false, cause: 'device.managed is absent' })),
      ],
    });
    const { decision, verdicts } = explain(cleanEvidence(), policy, cleanNow);
    expect([decision.score, decision.findings]).toStrictEqual([
      12,
      [{ reason: 'on', points: 12, detail: { signal: 'policy' } }],
    ]);
    expect(verdicts.filter(({ kind }) => kind === 'signal')).toStrictEqual([
      { kind: 'signal', name: 'on', met: true },
      { kind: 'signal', name: 'off', met: false, cause: 'device.managed is absent' },
    ]);
  });

  it('withholds a push prompt that a rule forbids, and says what to use in its place', () => {
    const forbidding = policyWith({
      rules: [ruleOf('no push', demandOf('allow', { forbid: ['push'] }))],
    });
    const outcomeOf = (action: string) =>
      evaluate(
        cleanEvidence({ attempt: cleanAttempt({ action: { name: action, properties: {} } }) }),
        forbidding,
        cleanNow,
      );
    expect(outcomeOf('login').outcome).toBe('allow');
    expect(outcomeOf('push_challenge').outcome).toBe('step_up');
    expect(outcomeOf('push_challenge').stepUp?.authenticators).toStrictEqual([
      'passkey',
      'totp',
      'sms',
    ]);
  });

  it('allows a push prompt that nothing forbids', () => {
    const evidence = cleanEvidence({
      attempt: cleanAttempt({ action: { name: 'push_challenge', properties: {} } }),
      push: observed(quietPush({ sentSinceSuccess: 1 })),
    });
    expect(evaluate(evidence, policyWith(), cleanNow).outcome).toBe('allow');
  });
});

describe('explain', () => {
  it('is the same walk as evaluate, with the verdicts in the order of the walk', () => {
    const policy = policyWith({
      signals: [policySignalOf('own', 1)],
      rules: [ruleOf('unmet', demandOf('deny'), () => ({ met: false }))],
    });
    const evidence = cleanEvidence({ ...strangeDevice, ...torExit });
    const explained = explain(evidence, policy, cleanNow);
    expect(explained.decision).toStrictEqual(evaluate(evidence, policy, cleanNow));
    expect(explained.verdicts.map(({ kind, name }) => `${kind} ${name}`)).toStrictEqual([
      'signal own',
      'rule unmet',
      'level medium',
      'lock lock',
    ]);
  });
});
