import type { Policy } from '@stepgate/engine';
import { createPolicySet, lintPolicySet, parsePolicy } from '@stepgate/policy';

const policy = (name: string, appliesTo = ''): Policy => {
  const parsed = parsePolicy(`stepgate: v1\npolicy: ${name}\n${appliesTo}`, { version: 'v' });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};
const forApps = (name: string, ...applications: string[]): Policy =>
  policy(name, `applies_to: {applications: [${applications.map((app) => `"${app}"`).join(', ')}]}`);

const question = { tenant: 't', application: 'payroll', groups: ['staff'], action: 'login' };

describe('a set of policies', () => {
  const set = createPolicySet([
    policy('default'),
    forApps('shop', 'shop', 'shop-*'),
    policy('admins', 'applies_to: {groups: [admins, root], actions: [login]}'),
    policy('acme', 'applies_to: {tenants: [acme]}'),
    forApps('second-shop', 'shop-eu', 'store'),
  ]);

  it.each([
    [{}, 'default'],
    [{ application: 'shop' }, 'shop'],
    [{ application: 'shop-eu' }, 'shop'],
    [{ application: 'shopping' }, 'default'],
    [{ application: 'store' }, 'second-shop'],
    [{ groups: ['root'] }, 'admins'],
    [{ groups: ['root'], action: 'access' }, 'default'],
    [{ groups: ['root'], action: null }, 'default'],
    [{ groups: ['root'], application: 'shop' }, 'shop'],
    [{ tenant: 'acme' }, 'acme'],
    [{ tenant: 'acme', groups: ['root'] }, 'admins'],
    [{ application: null }, 'default'],
  ])('answers %j with the first that matches: %s', (overlay, expected) => {
    expect(set.policyFor({ ...question, ...overlay }).name).toBe(expected);
  });

  it('finds policies by name', () => {
    expect(set.byName('acme')?.name).toBe('acme');
    expect(set.byName('toString')).toBeNull();
  });

  it('consults the default last, whatever its place', () => {
    const other = createPolicySet([policy('a-default'), forApps('z', 'payroll')]);
    expect(other.policyFor(question).name).toBe('z');
  });

  it('is refused without a default', () => {
    expect(() => createPolicySet([forApps('shop', 'shop')])).toThrow(RangeError);
  });
});

describe('linting a set of policies', () => {
  const messages = (...policies: Policy[]): string[] =>
    lintPolicySet(policies).map(({ policy: name, message }) => `${name}: ${message}`);

  it('is content with one default and policies that each are reached', () => {
    expect(messages(forApps('a', 'shop'), forApps('b', 'shop-*'), policy('z'))).toEqual([]);
  });

  it('takes a pattern that matches everything for a default', () => {
    expect(messages(forApps('z', '*'))).toEqual([]);
  });

  it('misses a default', () => {
    expect(messages(forApps('a', 'shop'))[0]).toContain('leave applies_to out');
  });

  it('reports a second default', () => {
    expect(messages(policy('a'), policy('b'))).toEqual([expect.stringContaining('b: a governs')]);
  });

  it('reports two policies of one name', () => {
    expect(messages(policy('z'), forApps('a', 'x'), forApps('a', 'y'))).toEqual([
      expect.stringContaining('two policies are called a'),
    ]);
  });

  it.each([
    [forApps('a', 'shop-*'), forApps('b', 'shop-eu')],
    [forApps('a', 'shop-*'), forApps('b', 'shop-eu-*', 'shop-us')],
    [forApps('a', 'x'), forApps('b', 'x')],
    [
      policy('a', 'applies_to: {groups: [g, h]}'),
      policy('b', 'applies_to: {groups: [g], applications: [x]}'),
    ],
  ])('reports a policy that another stands before (%#)', (first, second) => {
    expect(messages(first, second, policy('z'))).toEqual([
      expect.stringContaining('b is never reached: a stands before it'),
    ]);
  });

  it.each([
    [forApps('a', 'shop-eu'), forApps('b', 'shop-*')],
    [forApps('a', 'shop-*'), forApps('b', 'shop*')],
    [
      policy('a', 'applies_to: {groups: [g], applications: [x]}'),
      policy('b', 'applies_to: {groups: [g]}'),
    ],
  ])('does not report one that the earlier only overlaps (%#)', (first, second) => {
    expect(messages(first, second, policy('z'))).toEqual([]);
  });
});
