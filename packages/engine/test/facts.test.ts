import {
  amsterdam,
  cleanEvidence,
  cleanHistory,
  cleanNow,
  dayMs,
  pushCounts,
  quietPush,
  sourceVelocity,
} from '@stepgate/testing';
import { buildFacts } from '../src/build-facts.js';
import { signalNames, type Evidence } from '../src/evidence.js';
import { factTypes } from '../src/facts.js';
import { absent, observed, unavailable } from '../src/signal.js';

const windows = (from: number) => ({
  tuned: 0,
  last10m: from,
  last1h: from + 1,
  last24h: from + 2,
});

const full = cleanEvidence({
  subjectFailures: observed(windows(10)),
  subjectSources: observed(windows(40)),
  source: observed({
    ...sourceVelocity({ blockSubjects: 50, networkSubjects: 60 }),
    failures: windows(20),
    failedSubjects: windows(30),
  }),
  push: observed(
    quietPush({
      last10m: pushCounts({ sent: 9, approved: 1, denied: 2, ignored: 3, reported: 1 }),
      last1h: pushCounts({ denied: 4 }),
      last24h: pushCounts({ ignored: 5 }),
      ladder: 6,
      pending: 2,
      sentSinceSuccess: 7,
    }),
  ),
  history: observed(
    cleanHistory({
      device: {
        firstSeenAt: cleanNow - 1.5 * dayMs,
        lastSeenAt: cleanNow,
        trusted: true,
        sameFingerprint: true,
      },
      places: [
        {
          latitude: 52.374,
          longitude: 4.8897,
          precisionKm: 20,
          at: cleanNow - dayMs,
          sameSource: false,
        },
      ],
    }),
  ),
});

describe('buildFacts', () => {
  it('names everything that was observed', () => {
    expect(buildFacts(full, cleanNow)).toStrictEqual({
      subject: { type: 'user', id: 'alice', groups: ['finance'], properties: {} },
      action: { name: 'login', properties: {} },
      resource: { type: 'application', id: 'payroll', properties: {} },
      context: {},
      ip: { address: '203.0.113.7', asn: 64500, org: 'Example Access', categories: [] },
      geo: {
        country: 'NL',
        region: 'NH',
        city: 'Amsterdam',
        precision_km: 20,
        distance_km: 0,
        speed_kmh: 0,
      },
      device: {
        managed: true,
        known: true,
        trusted: true,
        age_days: 1.5,
        last_seen_days: 0,
        token: 'valid',
      },
      user_agent: { browser: 'Firefox', os: 'Linux', device_type: 'desktop', automated: false },
      velocity: {
        subject_failures_10m: 10,
        subject_failures_1h: 11,
        subject_failures_24h: 12,
        subject_sources_10m: 40,
        subject_sources_1h: 41,
        subject_sources_24h: 42,
        source_failures_10m: 20,
        source_failures_1h: 21,
        source_failures_24h: 22,
        source_subjects_10m: 30,
        source_subjects_1h: 31,
        source_subjects_24h: 32,
        block_subjects_10m: 50,
        network_subjects_1h: 60,
      },
      push: {
        ladder: 6,
        pending: 2,
        since_success: 7,
        sent_10m: 9,
        approved_10m: 1,
        denied_10m: 2,
        ignored_10m: 3,
        reported_10m: 1,
        unanswered_10m: 6,
        sent_1h: 0,
        approved_1h: 0,
        denied_1h: 4,
        ignored_1h: 0,
        reported_1h: 0,
        unanswered_1h: 4,
        sent_24h: 0,
        approved_24h: 0,
        denied_24h: 0,
        ignored_24h: 5,
        reported_24h: 0,
        unanswered_24h: 5,
      },
      history: { logins: 40, score: expect.closeTo(0, 5) },
      hour: 10,
      now: cleanNow / 1000,
    });
  });

  it.each([
    ['absent', absent],
    ['unavailable', unavailable('timeout')],
  ])('leaves out every name whose signal is %s', (_state, missing) => {
    const nothing = Object.fromEntries(signalNames.map((name) => [name, missing]));
    const facts = buildFacts(cleanEvidence(nothing), cleanNow);
    const { ip, geo, device, user_agent, velocity, push, history } = facts;
    expect([ip, geo, device, user_agent, velocity, push, history]).toStrictEqual(
      Array.from({ length: 7 }, () => ({})),
    );
  });

  it.each<[string, 'geo' | 'device' | 'user_agent', Partial<Evidence>, object]>([
    [
      'a country of which no more is known',
      'geo',
      { geo: observed({ ...amsterdam, region: null, city: null, point: null }) },
      { country: 'NL' },
    ],
    [
      'a device that was never proven',
      'device',
      { history: observed(cleanHistory({ device: null })) },
      { managed: true, known: false, trusted: false, token: 'valid' },
    ],
    [
      'a device of which the caller says nothing',
      'device',
      { device: observed({ managed: null, named: true, token: 'none' }), history: absent },
      { token: 'none' },
    ],
    [
      'an unheard-of browser',
      'user_agent',
      {
        userAgent: observed({
          browser: null,
          browserVersion: null,
          os: null,
          osVersion: null,
          deviceType: 'other',
          automated: true,
        }),
      },
      { device_type: 'other', automated: true },
    ],
  ])('leaves out what is not known of %s', (_what, ...[group, overrides, expected]) => {
    expect(buildFacts(cleanEvidence(overrides), cleanNow)[group]).toStrictEqual(expected);
  });

  it('has no device that is younger than the attempt', () => {
    const ahead = {
      firstSeenAt: cleanNow + dayMs,
      lastSeenAt: cleanNow,
      trusted: false,
      sameFingerprint: true,
    };
    const evidence = cleanEvidence({ history: observed(cleanHistory({ device: ahead })) });
    expect(buildFacts(evidence, cleanNow).device['age_days']).toBe(0);
  });

  it('makes every name that policies are checked against, of the type that they are checked for', () => {
    const facts: Readonly<Record<string, unknown>> = {
      ...buildFacts(full, cleanNow),
      risk: { score: 0, level: 'low' },
    };
    const typeOf = (value: unknown): string =>
      Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
    for (const [group, names] of Object.entries(factTypes)) {
      const made = Object.entries(facts[group] as Record<string, unknown>);
      const declared = Object.entries(names).map(([name, type]) => [
        name,
        type.replace(/^.*_list$/, 'list'),
      ]);
      expect(made.map(([name, value]) => [name, typeOf(value)]).sort()).toStrictEqual(
        declared.sort(),
      );
    }
  });
});
