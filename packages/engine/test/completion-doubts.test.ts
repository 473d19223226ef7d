import {
  amsterdam,
  cleanNow,
  demandOf,
  policyWith,
  pushCounts,
  quietPush,
  settingsWith,
  sydney,
} from '@stepgate/testing';
import type { Authenticator } from '../src/attempt.js';
import type { Decision } from '../src/decision.js';
import type { Place, PushActivity } from '../src/evidence.js';
import { stepUpFor } from '../src/outcome.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { asked, enrolled, judge } from './completion-fixture.js';

describe('a tired approval', () => {
  const phishingResistantOnly = (forbidden: readonly Authenticator[]) =>
    stepUpFor(demandOf('step_up', { require: 'phishing_resistant', forbid: forbidden }), enrolled);

  it.each<[string, PushActivity]>([
    ['denied', quietPush({ last1h: pushCounts({ denied: 3 }) })],
    ['ignored', quietPush({ last1h: pushCounts({ ignored: 3 }) })],
    ['reported', quietPush({ last1h: pushCounts({ reported: 3 }) })],
    [
      'unanswered in several ways',
      quietPush({ last1h: pushCounts({ denied: 1, ignored: 1, reported: 1 }) }),
    ],
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

  const tired = quietPush({ last1h: pushCounts({ denied: 5 }) });

  it('below the number that the policy sets is taken at its word', () => {
    const settings = settingsWith({
      push_approved_after_denials: { points: 60, unanswered: 6, windowMs: 3_600_000 },
    });
    expect(judge({ push: tired }, asked(), policyWith({ detectors: settings })).outcome).toBe(
      'allow',
    );
  });

  const overWindow = (windowMs: number, push: PushActivity) => {
    const settings = settingsWith({
      push_approved_after_denials: { points: 60, unanswered: 3, windowMs },
    });
    return judge({ push }, asked(), policyWith({ detectors: settings })).outcome;
  };
  const minute = 60_000;
  const counts = pushCounts({ ignored: 3 });

  it.each<[number, Partial<PushActivity>, string]>([
    [5 * minute, { last10m: counts, last1h: counts, last24h: counts }, 'step_up'],
    [10 * minute, { last1h: counts, last24h: counts }, 'allow'],
    [11 * minute, { last1h: counts, last24h: counts }, 'step_up'],
    [60 * minute, { last24h: counts }, 'allow'],
    [61 * minute, { last24h: counts }, 'step_up'],
    [10 * minute, { unansweredBeforeApproval: 3 }, 'step_up'],
  ])('is looked for over the window of the policy, %i ms (%#)', (windowMs, push, outcome) => {
    expect(overWindow(windowMs, quietPush(push))).toBe(outcome);
  });

  it('is none by somebody who refused two prompts and lets the third through', () => {
    const fumbled = pushCounts({ sent: 3, denied: 1, ignored: 1 });
    const push = quietPush({
      last10m: fumbled,
      last1h: fumbled,
      last24h: fumbled,
      ladder: 2,
      since: cleanNow - 5 * minute,
      unansweredBeforeApproval: 2,
    });
    expect(judge({ push }).outcome).toBe('allow');
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
      stepUp: stepUpFor(
        demandOf('step_up', { require: 'phishing_resistant', forbid: ['totp'] }),
        enrolled,
      ),
    });
  });

  it.each<[string, Place, string]>([
    ['in another country of which no more is known', countryOnly, 'step_up'],
    ['next door, over a border', near('BE', 52.2), 'step_up'],
    ['in the same country, beyond 300 km', near('NL', 49.4), 'step_up'],
    ['in the same country, within 300 km', near('NL', 50.0), 'allow'],
    ['in the same country, of which no more is known', { ...amsterdam, point: null }, 'allow'],
    ['at a distance that is no number', near('NL', NaN), 'step_up'],
    ['at the same point but for a turn of the globe', near('NL', 412.374), 'step_up'],
  ])('%s', (_where, place, outcome) => {
    expect(judge({ authenticatorPlace: observed(place) }).outcome).toBe(outcome);
  });

  it.each([
    ['did not say where it is', { authenticatorPlace: absent }],
    ['cannot be located', { authenticatorPlace: unavailable('no data') }],
    ['cannot be compared', { loginPlace: absent, authenticatorPlace: observed(sydney) }],
    ['has no login to be compared with', { loginPlace: unavailable('no data') }],
    ['is as unknown as the login', { loginPlace: absent, authenticatorPlace: absent }],
  ])('that %s is no reason to doubt', (_case, places) => {
    expect(judge(places).outcome).toBe('allow');
  });

  it('that was let through in fatigue has two reasons to doubt, each told', () => {
    const push = quietPush({ last1h: pushCounts({ ignored: 3 }) });
    const { outcome, findings } = judge({ push, authenticatorPlace: observed(sydney) });
    expect(outcome).toBe('step_up');
    expect(findings.map(({ reason }) => reason)).toStrictEqual([
      'ip_listed',
      'push_approved_after_denials',
      'device_mismatch',
    ]);
  });

  it('is no reason to doubt a passkey', () => {
    expect(judge({ authenticator: 'passkey', authenticatorPlace: observed(sydney) }).outcome).toBe(
      'allow',
    );
  });
});
