import {
  amsterdam,
  cleanNow,
  demandOf,
  policyWith,
  pushCounts,
  quietPush,
  rungAt,
  settingsWith,
  sydney,
} from '@stepgate/testing';
import { authenticators, type Authenticator } from '../src/attempt.js';
import { judgeCompletion, type CompletionEvidence } from '../src/completion.js';
import type { Decision } from '../src/decision.js';
import type { Lock, Place } from '../src/evidence.js';
import { isPhishingResistant, stepUpFor } from '../src/outcome.js';
import type { OutcomeSpec, Rung } from '../src/policy.js';
import { absent, observed, unavailable } from '../src/signal.js';

const enrolled: readonly Authenticator[] = ['passkey', 'totp', 'push', 'sms', 'recovery_code'];

const asked = (overrides: Partial<OutcomeSpec> = {}): Decision => ({
  outcome: 'step_up',
  score: 35,
  level: 'medium',
  findings: [{ reason: 'ip_listed', points: 35, detail: { categories: ['tor'] } }],
  stepUp: stepUpFor(demandOf('step_up', { require: 'mfa', ...overrides }), enrolled),
  rule: 'level:medium',
  degraded: [],
});

const done = (overrides: Partial<CompletionEvidence> = {}): CompletionEvidence => ({
  authenticator: 'push',
  numberMatched: false,
  push: quietPush(),
  lock: null,
  deviceKnown: false,
  enrolled,
  loginPlace: observed(amsterdam),
  authenticatorPlace: observed(amsterdam),
  ...overrides,
});

const ladderOf = (...rungs: readonly Rung[]) =>
  policyWith({ pushLadder: { counted: ['denied'], windowMs: 86_400_000, rungs } });

const judge = (evidence: Partial<CompletionEvidence>, decision = asked(), policy = policyWith()) =>
  judgeCompletion(decision, done(evidence), policy, cleanNow);

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
    const spared = { lock: lock({ exceptKnownDevice: true }), deviceKnown: true };
    const decision = asked({ require: 'any' });
    expect(judge({ ...spared, authenticator: 'totp' }, decision).outcome).toBe('allow');
    const refused = judge({ ...spared, authenticator: 'recovery_code' }, decision);
    expect(refused.outcome).toBe('step_up');
    expect(refused.stepUp?.authenticators).toStrictEqual(['passkey', 'totp', 'push', 'sms']);
    expect(refused.findings).toStrictEqual([...decision.findings, reason]);
  });

  it('denies the known device where it spares nobody', () => {
    expect(judge({ lock: lock(), deviceKnown: true }).outcome).toBe('deny');
  });

  it('that is over by now is no lock', () => {
    expect(judge({ lock: lock({ until: cleanNow }) }).outcome).toBe('allow');
  });
});

describe('a rung of the push ladder reached since the decision', () => {
  const fifthDenial = { push: quietPush({ ladder: 5, last10m: pushCounts({ denied: 1 }) }) };

  it('takes push back when it forbids it', () => {
    const judged = judge(fifthDenial, asked(), ladderOf(rungAt(5, { forbid: ['push'], points: 30 })));
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
    const outcome = (deviceKnown: boolean) =>
      judge({ ...fifthDenial, authenticator: 'totp', deviceKnown }, asked(), policy).outcome;
    expect([outcome(false), outcome(true)]).toStrictEqual(['deny', 'allow']);
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

describe('a tired approval', () => {
  const phishingResistantOnly = (forbidden: readonly Authenticator[]) =>
    stepUpFor(demandOf('step_up', { require: 'phishing_resistant', forbid: forbidden }), enrolled);

  it.each<[string, CompletionEvidence['push']]>([
    ['denied', quietPush({ last10m: pushCounts({ denied: 3 }) })],
    ['ignored', quietPush({ last10m: pushCounts({ ignored: 3 }) })],
    ['reported', quietPush({ last10m: pushCounts({ reported: 3 }) })],
    ['unanswered in several ways', quietPush({ last10m: pushCounts({ denied: 1, ignored: 1, reported: 1 }) })],
    ['unanswered before an approval already counted', quietPush({ unansweredBeforeApproval: 3 })],
  ])('after three prompts %s must be redone by something phishing-resistant', (_how, push) => {
    expect(judge({ push })).toStrictEqual({
      ...asked(),
      score: 95,
      level: 'high',
      findings: [
        ...asked().findings,
        { reason: 'push_approved_after_denials', points: 60, detail: { unanswered: 3 } },
      ],
      stepUp: phishingResistantOnly(['push']),
    });
  });

  const tired = quietPush({ last10m: pushCounts({ denied: 5 }) });

  it('below the number that the policy sets is taken at its word', () => {
    const settings = settingsWith({ push_approved_after_denials: { points: 60, unanswered: 6 } });
    expect(judge({ push: tired }, asked(), policyWith({ detectors: settings })).outcome).toBe('allow');
  });

  it('is not taken at its word although the detector is switched off: that saves the points only', () => {
    const settings = settingsWith({ push_approved_after_denials: null });
    const judged = judge({ push: tired }, asked(), policyWith({ detectors: settings }));
    expect([judged.outcome, judged.score]).toStrictEqual(['step_up', 35]);
  });

  it.each<Authenticator>(['passkey', 'totp'])('is none by %s', (authenticator) => {
    expect(judge({ authenticator, push: tired }).outcome).toBe('allow');
  });

  it('keeps what was forbidden, and requires enrolment when nothing phishing-resistant is left', () => {
    const judged = judge({ push: tired }, asked({ forbid: ['passkey', 'sms'] }));
    expect(judged.stepUp).toStrictEqual({
      ...phishingResistantOnly(['passkey', 'sms', 'push']),
      authenticators: [],
      enrolmentRequired: true,
    });
  });

  it('clamps the score, and lists the clamp once', () => {
    const clamped: Decision = {
      ...asked(),
      score: 100,
      level: 'high',
      findings: [
        { reason: 'own', points: 110, detail: { signal: 'policy' } },
        { reason: 'score_clamped', points: -10, detail: { sum: 110 } },
      ],
    };
    const judged = judge({ push: tired }, clamped);
    expect(judged.score).toBe(100);
    expect(judged.findings.map(({ points }) => points)).toStrictEqual([110, 60, -70]);
  });
});

describe('an authenticating device far from the login', () => {
  const near = (country: string, latitude: number): Place => ({
    ...amsterdam,
    country,
    point: { latitude, longitude: 4.8897, precisionKm: 0 },
  });
  const countryOnly: Place = { ...sydney, point: null };

  it('in another country must redo by something phishing-resistant', () => {
    expect(judge({ authenticator: 'totp', authenticatorPlace: observed(sydney) })).toStrictEqual({
      ...asked(),
      findings: [
        ...asked().findings,
        {
          reason: 'device_mismatch',
          points: 0,
          detail: { distance_km: 16_603, countries: ['NL', 'AU'] },
        },
      ],
      stepUp: stepUpFor(demandOf('step_up', { require: 'phishing_resistant', forbid: ['totp'] }), enrolled),
    });
  });

  it.each<[string, Place, string]>([
    ['in another country of which no more is known', countryOnly, 'step_up'],
    ['next door, over a border', near('BE', 52.2), 'step_up'],
    ['in the same country, beyond 300 km', near('NL', 49.4), 'step_up'],
    ['in the same country, within 300 km', near('NL', 50.0), 'allow'],
    ['in the same country, of which no more is known', { ...amsterdam, point: null }, 'allow'],
  ])('%s', (_where, place, outcome) => {
    expect(judge({ authenticatorPlace: observed(place) }).outcome).toBe(outcome);
  });

  it.each([
    ['did not say where it is', { authenticatorPlace: absent }],
    ['cannot be located', { authenticatorPlace: unavailable('no data') }],
    ['cannot be compared', { loginPlace: absent, authenticatorPlace: observed(sydney) }],
  ])('that %s is no reason to doubt', (_case, places) => {
    expect(judge(places).outcome).toBe('allow');
  });

  it('is no reason to doubt a passkey', () => {
    expect(judge({ authenticator: 'passkey', authenticatorPlace: observed(sydney) }).outcome).toBe('allow');
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
    expect(judge({ authenticator: 'passkey' }, { ...asked(), outcome: 'deny' }).outcome).toBe('deny');
  });
});

describe('a step-up that was answered with another step-up', () => {
  it.each(authenticators)('is not finished by %s unless that is phishing-resistant', (authenticator) => {
    const tired = quietPush({ last10m: pushCounts({ denied: 3 }) });
    const again = judge({ push: tired });
    const outcome = judge({ authenticator, push: tired, numberMatched: true }, again).outcome;
    const satisfies = isPhishingResistant(authenticator) && enrolled.includes(authenticator);
    expect(outcome).toBe(satisfies ? 'allow' : 'step_up');
  });
});
