import {
  cleanAttempt,
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
import type { Evidence, LimitUsage, PushActivity } from '../src/evidence.js';
import type { OutcomeSpec, Policy } from '../src/policy.js';
import { observed, unavailable } from '../src/signal.js';

const allowAll = [ruleOf('allow all', demandOf('allow'))];
const rungs = [
  rungAt(3, { numberMatching: true }),
  rungAt(5, { forbid: ['push'], alert: 'high' }),
  rungAt(10, { outcome: 'deny', exceptKnownDevice: true, alert: 'critical' }),
];
const policy = policyWith({ rules: allowAll, pushLadder: ladderWith({ rungs }) });

const asking = (
  push: Partial<PushActivity>,
  overrides: Partial<Evidence> = {},
  action = 'push_challenge',
): Evidence =>
  cleanEvidence({
    attempt: cleanAttempt({ action: { name: action, properties: {} } }),
    push: observed(quietPush(push)),
    ...overrides,
  });

const strangeDevice = { history: observed(cleanHistory({ device: null })) };

/** What the answer means to whoever asked. */
const answerTo = (evidence: Evidence, under: Policy = policy): string => {
  const { outcome, stepUp } = evaluate(evidence, under, cleanNow);
  if (stepUp === null) return outcome;
  if (!stepUp.authenticators.includes('push')) return 'something else';
  return stepUp.numberMatching ? 'with the number' : 'push among others';
};

describe('a prompt that is asked for', () => {
  it.each<[number, number, string]>([
    [0, 0, 'allow'],
    [2, 0, 'allow'],
    [3, 0, 'with the number'],
    [4, 0, 'with the number'],
    [5, 0, 'something else'],
    [0, 2, 'allow'],
    [0, 3, 'with the number'],
    [1, 3, 'with the number'],
    [2, 3, 'something else'],
    [0, 5, 'something else'],
    [4, 1, 'something else'],
    [9, 1, 'deny'],
    [0, 10, 'deny'],
  ])('after %i unanswered ones, while %i wait: %s', (ladder, ...[pending, answer]) => {
    expect(answerTo(asking({ ladder, pending }, strangeDevice))).toBe(answer);
  });

  it('that is withheld says what to use in its place', () => {
    const { outcome, stepUp } = evaluate(asking({ ladder: 5 }), policy, cleanNow);
    expect(outcome).toBe('step_up');
    expect(stepUp).toStrictEqual({
      authenticators: ['passkey', 'totp', 'sms'],
      forbidden: ['push'],
      acrValues: ['https://refeds.org/profile/mfa'],
      numberMatching: true,
      maxAge: 0,
      enrolmentRequired: false,
    });
  });

  it('tells the prompts that wait apart from those that went unanswered', () => {
    const { findings } = evaluate(asking({ ladder: 2, pending: 3 }), policy, cleanNow);
    expect(findings[0]).toStrictEqual({
      reason: 'push_fatigue',
      points: 0,
      detail: { unanswered: 2, pending: 3, rung: 5 },
    });
  });

  it('counts none that wait where the policy counts none that are ignored', () => {
    const deaf = policyWith({
      rules: allowAll,
      pushLadder: ladderWith({ counted: ['denied', 'reported'], rungs }),
    });
    expect(answerTo(asking({ ladder: 2, pending: 9 }), deaf)).toBe('allow');
  });

  it('is withheld where a rule asks for more than a prompt can give', () => {
    const strong = demandOf('allow', { require: 'phishing_resistant' });
    const { stepUp } = evaluate(
      asking({}),
      policyWith({ rules: [ruleOf('strong', strong)] }),
      cleanNow,
    );
    expect(stepUp?.authenticators).toStrictEqual(['passkey']);
  });

  it('needs the number when nobody can tell how many went before', () => {
    const blind = asking({}, { push: unavailable('timeout') });
    expect(answerTo(blind)).toBe('with the number');
  });

  it('is not sent during a hold, though a proven device may use something else', () => {
    const lock = observed({
      reason: 'push_fatigue' as const,
      since: cleanNow - 60_000,
      until: cleanNow + 60_000,
      exceptKnownDevice: true,
    });
    expect(answerTo(asking({}, { lock }))).toBe('something else');
    expect(answerTo(asking({}, { lock, ...strangeDevice }))).toBe('deny');
  });
});

describe('any other attempt', () => {
  it.each(['login', 'access', 'pre_login', 'enroll_authenticator'])(
    '%s is judged by what went unanswered, not by what waits',
    (action) => {
      const { outcome, findings } = evaluate(
        asking({ ladder: 2, pending: 20 }, {}, action),
        policy,
        cleanNow,
      );
      expect([outcome, findings.map(({ reason }) => reason)]).toStrictEqual(['allow', ['rule']]);
    },
  );
});

describe('a limit on prompts', () => {
  const used: LimitUsage = {
    name: 'prompts',
    per: 'subject',
    max: 3,
    windowMs: 600_000,
    count: 3,
    exceeded: true,
  };
  const limited = (actions: readonly string[], then: OutcomeSpec): Policy =>
    policyWith({
      rules: allowAll,
      limits: [{ name: 'prompts', per: 'subject', actions, max: 3, windowMs: 600_000, then }],
    });
  const beyond = asking({}, { limits: observed([used]) });
  const mfa = demandOf('step_up', { require: 'mfa' });

  it('lets the last one that it admits through', () => {
    const last = asking({}, { limits: observed([{ ...used, exceeded: false }]) });
    expect(answerTo(last, limited(['push_challenge'], mfa))).toBe('allow');
  });

  it('withholds the next one, whether or not it says what to forbid', () => {
    const explicit = { ...mfa, forbid: ['push'] as const };
    for (const then of [mfa, explicit]) {
      const { outcome, stepUp } = evaluate(beyond, limited(['push_challenge'], then), cleanNow);
      expect(outcome).toBe('step_up');
      expect(stepUp?.authenticators).toStrictEqual(['passkey', 'totp', 'sms']);
    }
  });

  it('denies where it says so', () => {
    expect(answerTo(beyond, limited(['push_challenge'], demandOf('deny')))).toBe('deny');
  });

  it('is not one that counts all attempts alike: a prompt may be the second factor that it asks for', () => {
    expect(answerTo(beyond, limited([], mfa))).toBe('push among others');
  });
});
