import type { Policy } from '@stepgate/engine';
import type { PolicyTests } from '@stepgate/policy';
import { parsePolicy, parsePolicyTests, runPolicyTests } from '@stepgate/policy';

const policy = (body = ''): Policy => {
  const parsed = parsePolicy(`stepgate: v1\npolicy: p\n${body}`, { version: 'v' });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};

const head = 'stepgate_tests: v1\npolicy: p\nnow: 2026-03-02T09:00:00Z\n';

const tests = (cases: string, name = 'p'): PolicyTests => {
  const parsed = parsePolicyTests(head.replace('policy: p', `policy: ${name}`) + cases);
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.tests;
};

const differences = (cases: string, body = ''): readonly string[] =>
  runPolicyTests(policy(body), tests(cases)).flatMap((result) => result.differences);

const one = (given: string, expected: string): string =>
  `cases:\n  - it: does so\n    given: ${given}\n    expect: ${expected}\n`;

describe('a golden case', () => {
  it('passes when all that it expects holds', () => {
    const [result] = runPolicyTests(policy(), tests(one('{}', '{decision: allow, score: 0}')));
    expect(result).toMatchObject({ it: 'does so', line: 5, passed: true, differences: [] });
    expect(result?.decision.outcome).toBe('allow');
  });

  it.each([
    ['{decision: deny}', 'decision: expected deny, got step_up'],
    ['{decision: step_up, score: 46}', 'score: expected 46, got 45'],
    ['{decision: step_up, score: {max: 44}}', 'score: expected 0 to 44, got 45'],
    ['{decision: step_up, level: high}', 'level: expected high, got medium'],
    [
      '{decision: step_up, reasons: [device_unseen]}',
      'reasons: expected [device_unseen], got [asn_unseen, country_unseen, device_unseen, history_insufficient]',
    ],
    [
      '{decision: step_up, reasons_include: [ip_listed]}',
      'reasons: expected ip_listed among [device_unseen, country_unseen, asn_unseen, history_insufficient]',
    ],
    [
      '{decision: step_up, require: phishing_resistant}',
      'require (as acr_values): expected [phr], got [https://refeds.org/profile/mfa]',
    ],
    [
      '{decision: step_up, authenticators: [passkey]}',
      'authenticators: expected [passkey], got [passkey, totp, push, sms]',
    ],
    ['{decision: step_up, forbidden: [push]}', 'forbidden: expected [push], got []'],
    ['{decision: step_up, number_matching: true}', 'number_matching: expected true, got false'],
    [
      '{decision: step_up, enrolment_required: true}',
      'enrolment_required: expected true, got false',
    ],
    ['{decision: step_up, rule: x}', 'rule: expected x, got level:medium'],
  ])('says how %s differs', (expected, difference) => {
    expect(differences(one('{history: none}', expected))).toEqual([difference]);
  });

  it('fails on a policy of another name', () => {
    const other = tests(one('{}', '{decision: allow}'), 'q');
    expect(runPolicyTests(policy(), other)[0]?.differences).toEqual(['policy: expected q, got p']);
  });

  it('fails on a limit that the policy does not have', () => {
    expect(differences(one('{limits_exceeded: [x]}', '{decision: allow}'))).toEqual([
      'limits_exceeded: p has no limit called x',
    ]);
  });

  it('fails on a limit that does not count the action', () => {
    const limits =
      'limits: [{name: x, per: subject, max: 1, window: 1m, actions: [push_challenge]}]';
    expect(differences(one('{limits_exceeded: [x]}', '{decision: allow}'), limits)).toEqual([
      'limits_exceeded: x does not count the action login',
    ]);
    const asking = '{action: push_challenge, limits_exceeded: [x]}';
    expect(differences(one(asking, '{decision: step_up}'), limits)).toEqual([]);
  });

  it.each([
    ['{push: {denied: 10}}', '{decision: step_up, forbidden: [push]}'],
    ['{push: {denied: 10}, device: {age: 5m}}', '{decision: deny}'],
    ['{push: {denied: 10, since: 2m}, device: {age: 5m}}', '{decision: step_up}'],
    ['{push: {denied: 10, since: 3h}, device: {age: 2h}}', '{decision: deny}'],
    ['{push: {pending: 5}}', '{decision: allow}'],
    ['{push: {reported: 1}}', '{decision: step_up, forbidden: [push]}'],
    ['{push: {reported: 1}, device: {known: false}}', '{decision: deny}'],
    ['{action: push_challenge, push: {pending: 5}}', '{decision: step_up, forbidden: [push]}'],
    ['{action: enroll_authenticator}', '{decision: allow}'],
    [
      '{action: enroll_authenticator, account_risk: 23h}',
      '{decision: step_up, authenticators: [passkey]}',
    ],
    ['{action: enroll_authenticator, account_risk: 23h, device: {age: 1h}}', '{decision: deny}'],
    ['{action: enroll_authenticator, account_risk: 25h}', '{decision: allow}'],
  ])('tells an attack and its wake: %s', (given, expected) => {
    expect(differences(one(given, expected))).toEqual([]);
  });

  it('lays its overlay over the one of the file, block by block', () => {
    const shared = 'given: {device: {managed: true}, groups: [a]}\n';
    const cases = one('{device: {known: false}}', '{decision: deny, rule: r}');
    const rule =
      'rules: [{name: r, when: "device.managed && !device.known && \'a\' in subject.groups", decision: deny}]';
    expect(differences(shared + cases, rule)).toEqual([]);
  });

  it('has its own instant', () => {
    const cases =
      'cases: [{it: a, now: 2026-03-02T03:00:00Z, expect: {decision: deny}}, {it: b, expect: {decision: allow}}]';
    const rule = 'rules: [{name: night, when: hour < 6, decision: deny}]';
    expect(differences(cases, rule)).toEqual([]);
  });

  it.each([
    'geo',
    'network',
    'reputation',
    'user_agent',
    'history',
    'push',
    'lock',
    'credential_breached',
    'account_risk',
  ])('can make the signal %s unavailable or absent', (signal) => {
    const [result] = runPolicyTests(
      policy(),
      tests(one(`{unavailable: [${signal}]}`, '{decision: allow}')),
    );
    expect(result?.decision.degraded).toHaveLength(1);
    const [absent] = runPolicyTests(
      policy(),
      tests(one(`{absent: [${signal}]}`, '{decision: allow}')),
    );
    expect(absent?.decision.degraded).toEqual([]);
  });
});

describe('a file of golden cases', () => {
  it('tells all its problems with line and column', () => {
    const parsed = parsePolicyTests(
      `${head}cases:\n  - it: x\n    givn: {}\n    expect: {decision: alow}\n  - expect: {decision: allow}\n    given: {listed: [torr]}\n`,
    );
    const problems = parsed.kind === 'problems' ? parsed.problems : [];
    expect(problems.map(({ line, path, suggestion }) => [line, path, suggestion])).toEqual([
      [6, 'cases[0].givn', 'given'],
      [7, 'cases[0].expect.decision', 'allow'],
      [8, 'cases[1].it', undefined],
      [9, 'cases[1].given.listed[0]', 'tor'],
    ]);
  });

  it('is refused like a policy when it is hostile', () => {
    expect(parsePolicyTests('a: &a [*a]').kind).toBe('problems');
    expect(parsePolicyTests('').kind).toBe('problems');
  });
});
