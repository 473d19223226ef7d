import type { Policy } from '@stepgate/engine';
import { defaultDetectorSettings } from '@stepgate/engine';
import type { Problem } from '@stepgate/policy';
import { parsePolicy } from '@stepgate/policy';

const head = 'stepgate: v1\npolicy: p\n';

const policyOf = (body: string): Policy => {
  const parsed = parsePolicy(head + body, { version: 'sha256:abc' });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};

const problemsOf = (text: string): readonly Problem[] => {
  const parsed = parsePolicy(text, { version: 'sha256:abc', file: 'p.yaml' });
  return parsed.kind === 'problems' ? parsed.problems : [];
};

const shown = (text: string): string[] =>
  problemsOf(text).map(
    ({ line, column, path, suggestion }) =>
      `${String(line)}:${String(column)} ${path}${suggestion === undefined ? '' : ` ~ ${suggestion}`}`,
  );

describe('a policy that says nothing but its name', () => {
  it('gets every default filled in', () => {
    const allow = { outcome: 'allow', require: 'any', forbid: [], numberMatching: false };
    const stepUp = { ...allow, outcome: 'step_up' };
    const rung = { ...allow, points: 0, holdMs: 0, alert: null, exceptKnownDevice: false };
    expect(policyOf('')).toEqual({
      name: 'p',
      version: 'sha256:abc',
      description: '',
      appliesTo: { tenants: [], applications: [], groups: [], actions: [] },
      bands: { medium: 30, high: 60 },
      detectors: defaultDetectorSettings,
      signals: [],
      rules: [],
      decide: {
        low: allow,
        medium: { ...stepUp, require: 'mfa' },
        high: { ...stepUp, require: 'phishing_resistant' },
      },
      limits: [],
      pushLadder: {
        counted: ['denied', 'ignored', 'reported'],
        windowMs: 86_400_000,
        rungs: [
          { ...rung, at: 3, numberMatching: true, points: 10 },
          { ...rung, at: 5, forbid: ['push'], alert: 'high', points: 10 },
          {
            ...rung,
            at: 10,
            outcome: 'deny',
            require: 'mfa',
            holdMs: 1_200_000,
            alert: 'critical',
            exceptKnownDevice: true,
          },
        ],
        promptLifetimeMs: 120_000,
        quietMs: 7_200_000,
        updateMs: 600_000,
        aftermathMs: 86_400_000,
        campaign: { source: 10, network: 25, tenant: 10, windowMs: 3_600_000, alert: 'critical' },
      },
      degraded: { state: 'step_up', geo: { kind: 'keep' }, reputation: { kind: 'keep' } },
      shadow: false,
    });
  });
});

describe('detectors', () => {
  it('take their settings from the engine, in snake_case and with durations', () => {
    const { detectors } = policyOf(
      'detectors:\n  source_spraying: {distinct_subjects: 7, window: 1h}\n' +
        '  travel_impossible: {max_speed_kmh: 800, max_elapsed: 12h}\n  ip_listed: {points: {tor: 99}}\n',
    );
    expect(detectors.source_spraying).toEqual({
      points: 50,
      distinctSubjects: 7,
      windowMs: 3_600_000,
    });
    expect(detectors.travel_impossible).toEqual({
      points: 40,
      maxSpeedKmh: 800,
      minDistanceKm: 100,
      maxElapsedMs: 43_200_000,
      placesWithinMs: 1_209_600_000,
      clockSkewMs: 60_000,
    });
    expect(detectors.ip_listed?.points).toEqual({
      tor: 99,
      vpn: 10,
      hosting: 15,
      relay: 5,
      abuse: 30,
      mobile: 0,
      satellite: 0,
    });
    expect(detectors.device_unseen).toEqual({ points: 20, looksKnownPoints: 12, changedPoints: 5 });
  });

  it.each(['off', 'false', '{enabled: false}', '{enabled: false, points: 3}'])(
    'are switched off by %s',
    (value) => {
      expect(policyOf(`detectors: {device_unseen: ${value}}`).detectors.device_unseen).toBeNull();
    },
  );

  it.each(['{}', '{enabled: true}'])('stay as they are with %s', (value) => {
    expect(policyOf(`detectors: {device_unseen: ${value}}`).detectors.device_unseen).toEqual({
      points: 20,
      looksKnownPoints: 12,
      changedPoints: 5,
    });
  });
});

describe('outcomes', () => {
  it('are written short or long, and a step-up asks for mfa unless it says otherwise', () => {
    const { decide } = policyOf(
      'decide:\n  low: step_up\n  medium: {decision: step_up, require: phishing_resistant, forbid: [push]}\n  high: deny\n',
    );
    expect(decide.low).toMatchObject({ outcome: 'step_up', require: 'mfa' });
    expect(decide.medium).toMatchObject({ require: 'phishing_resistant', forbid: ['push'] });
    expect(decide.high).toMatchObject({ outcome: 'deny', require: 'any' });
  });

  it('of what is unavailable are keep, points, or at least an outcome', () => {
    expect(policyOf('degraded: {state: deny, geo: 15, reputation: step_up}').degraded).toEqual({
      state: 'deny',
      geo: { kind: 'points', points: 15 },
      reputation: { kind: 'outcome', outcome: 'step_up' },
    });
  });

  it('of a limit are a step-up by default', () => {
    expect(policyOf('limits: [{name: a, per: source, max: 3, window: 30s}]').limits).toEqual([
      {
        name: 'a',
        per: 'source',
        actions: [],
        max: 3,
        windowMs: 30_000,
        then: { outcome: 'step_up', require: 'mfa', forbid: [], numberMatching: false },
      },
    ]);
  });
});

describe('problems', () => {
  it('are all told at once, in order, with line and column and what was meant', () => {
    expect(
      shown(`stepgate: v1
polcy: x
detectors:
  device_unsen: {points: 5}
  travel_impossible: {max_sped_kmh: 5}
rules:
  - {name: a, when: "geo.contry == 'NL'", decision: allow}
  - {name: b, when: "hour > 3", decision: alow}
degraded: {state: allow}
`),
    ).toEqual([
      '1:1 policy',
      '2:1 polcy ~ policy',
      '4:3 detectors.device_unsen ~ device_unseen',
      '5:23 detectors.travel_impossible.max_sped_kmh ~ max_speed_kmh',
      '7:26 rules[0].when ~ country',
      '8:43 rules[1].decision ~ allow',
      '9:19 degraded.state',
    ]);
  });

  it.each([
    ['plain', 'when: hour > 3 && geo.contry == 1', 8, 27],
    ['single quotes', "when: 'hour > 3 && geo.contry == ''x'''", 8, 28],
    ['single quotes after a doubled one', "when: 'subject.id == ''a'' && geo.contry == 1'", 8, 39],
    ['double quotes with escapes', 'when: "subject.id == \\"a\\" && geo.contry == 1"', 8, 39],
    ['a literal block', 'when: |\n      hour > 3\n      && geo.contry == 1', 10, 14],
    ['a folded block', 'when: >-\n      hour > 3 &&\n      geo.contry == 1', 10, 11],
    ['a plain text over two lines', 'when: hour > 3\n      && geo.contry == 1', 9, 14],
  ])('of a condition in %s point into it', (_style, when, ...position) => {
    const [problem] = problemsOf(
      `stepgate: v1\npolicy: p\n\n\nrules:\n  - name: r\n    decision: allow\n    ${when}\n`,
    );
    expect(problem?.message).toContain('contry');
    expect([problem?.line, problem?.column]).toEqual(position);
  });

  it.each([
    ['levels: {medium: 60, high: 60}', 'no score is ever medium'],
    ['levels: {high: 20}', 'no score is ever medium'],
    ['decide: {high: allow}', 'high is answered more mildly than medium'],
    ['decide: {medium: {decision: deny, require: mfa}}', 'require means nothing'],
    [
      'rules: [{name: a, when: "true", decision: deny}, {name: b, when: hour > 1, decision: allow}]',
      'never reached',
    ],
    [
      'rules: [{name: a, when: hour > 1, decision: deny}, {name: b, when: "hour  > 1", decision: allow}]',
      'never reached',
    ],
    [
      'rules: [{name: a, when: hour > 1, decision: deny}, {name: a, when: hour > 2, decision: deny}]',
      'names entry 1',
    ],
    [
      'limits: [{name: a, per: subject, max: 1, window: 1m}, {name: a, per: source, max: 1, window: 1m}]',
      'names entry 1',
    ],
    [
      'limits: [{name: a, per: subject, max: 1, window: 1m, decision: allow}]',
      'a limit that allows',
    ],
    ['signals: [{reason: device_unseen, points: 1, when: hour > 1}]', 'built-in reason'],
    ['signals: [{reason: MyReason, points: 1, when: hour > 1}]', 'lower_snake_case'],
    ['push_fatigue: {rungs: [{at: 5}, {at: 3}]}', 'must ascend'],
    ['push_fatigue: {rungs: [{at: 5}, {at: 5}]}', 'two rungs at 5'],
    ['push_fatigue: {rungs: [{at: 5, hold: 20m}]}', 'hold needs decision: deny'],
    ['degraded: {state: allow}', 'whoever can break the store'],
    ['applies_to: {actions: [enrol_authenticator]}', 'enroll_authenticator'],
    ['applies_to: {applications: ["*-shop"]}', 'not an application pattern'],
    ['networks: {a: [10.1.2.3/8]}', 'write 10.0.0.0/8'],
    ['networks: {a: ["2001:db8::1/32"]}', 'write 2001:db8::/32'],
    ['networks: {a: [10.1.2.3]}', 'write 10.1.2.3/32'],
    ['rules:', 'must be a list, but there is nothing'],
    ['limits: [{name: a, per: subject, max: 1, window: 25h}]', 'longer than 24h'],
  ])('say what to do about %s', (body, message) => {
    expect(
      problemsOf(head + body)
        .map((problem) => problem.message)
        .join('\n'),
    ).toContain(message);
  });

  it('name the file when it holds no policy at all', () => {
    expect(problemsOf('just a text')[0]?.message).toContain('p.yaml holds no policy');
  });
});

describe('own signals', () => {
  it('may be asked for in the rules of the same policy', () => {
    const body = 'signals: [{reason: own_thing, points: 5, when: hour > 30}]\n';
    const rule = (reason: string) =>
      `rules: [{name: a, when: "'${reason}' in findings", decision: deny}]`;
    expect(policyOf(body + rule('own_thing')).rules).toHaveLength(1);
    expect(problemsOf(head + body + rule('own_thng'))[0]?.suggestion).toBe('own_thing');
  });
});
