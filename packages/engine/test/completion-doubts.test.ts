import {
  amsterdam,
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
    ['denied', quietPush({ last10m: pushCounts({ denied: 3 }) })],
    ['ignored', quietPush({ last10m: pushCounts({ ignored: 3 }) })],
    ['reported', quietPush({ last10m: pushCounts({ reported: 3 }) })],
    [
      'unanswered in several ways',
      quietPush({ last10m: pushCounts({ denied: 1, ignored: 1, reported: 1 }) }),
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

  const tired = quietPush({ last10m: pushCounts({ denied: 5 }) });

  it('below the number that the policy sets is taken at its word', () => {
    const settings = settingsWith({ push_approved_after_denials: { points: 60, unanswered: 6 } });
    expect(judge({ push: tired }, asked(), policyWith({ detectors: settings })).outcome).toBe(
      'allow',
    );
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
    expect(judge({ authenticator: 'passkey', authenticatorPlace: observed(sydney) }).outcome).toBe(
      'allow',
    );
  });
});
