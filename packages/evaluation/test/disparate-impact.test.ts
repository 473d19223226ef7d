import type { SyntheticLogin } from '../src/login.js';
import { shareByUser } from '../src/measures/index.js';
import { allImpactGroups, createImpactGrouper, isMember } from '../src/run/impact-groups.js';
import type { ResolvedLogin } from '../src/scorers/index.js';

const login = (changes: Partial<SyntheticLogin> = {}): SyntheticLogin => ({
  at: 0,
  user: 1,
  by: { kind: 'owner' },
  passwordRight: true,
  address: '192.0.2.1',
  userAgent: 'any',
  device: 'd1-1',
  rttMs: null,
  ...changes,
});
const resolved = (changes: Partial<ResolvedLogin> = {}): ResolvedLogin => ({
  user: '1',
  address: '192.0.2.1',
  asn: '1',
  country: 'NO',
  userAgent: 'any',
  browser: 'Chrome 140.0',
  os: 'Windows 10',
  deviceType: 'desktop',
  listed: false,
  ...changes,
});

describe('the groups of people', () => {
  const abroad = [login({ device: 'd1-2' }), resolved({ country: 'US' })] as const;
  const old = resolved({ browser: 'Chrome 120.0', deviceType: 'mobile', listed: true });
  const groupsOf = createImpactGrouper([[login(), resolved()], [login(), resolved()], abroad]);
  const namesOf = (membership: number) =>
    allImpactGroups
      .filter((group) => isMember(membership, group))
      .map(({ dimension, name }) => `${dimension} ${name}`);

  it('are told from the login, from what is known by then, and from the whole life of the user', () => {
    expect(namesOf(groupsOf(login({ device: null }), old, 12))).toEqual([
      'connection listed',
      'device mobile',
      'device old_browser',
      'cookies private_window',
      'history long_standing',
      'devices several',
      'travel abroad',
      'country NO',
    ]);
  });

  it('of an attack are those of its victim', () => {
    const thief = login({ by: { kind: 'attacker', name: 'vpn' }, device: null });
    expect(namesOf(groupsOf(thief, old, 2))).toEqual([
      'history to_3',
      'devices several',
      'travel abroad',
      'country NO',
    ]);
  });

  it('do not mix logins that are strange on purpose with others', () => {
    const strange = login({ by: { kind: 'hard_negative', name: 'office_nat' } });
    expect(namesOf(groupsOf(strange, resolved(), 3))).toEqual(['connection office_nat']);
  });
});

describe('a share by user', () => {
  it('lies in its interval, which is wide where few users make it', () => {
    const options = { seed: 1, resamples: 200 };
    const many = Array.from({ length: 400 }, (_, n) => ({ n: 10, hits: n % 2 }));
    const few = [
      { n: 2_000, hits: 200 },
      { n: 2_000, hits: 0 },
    ];
    const [narrow, wide] = [shareByUser(many, options), shareByUser(few, options)];
    expect(narrow.mean).toBe(0.05);
    expect(wide.mean).toBe(0.05);
    expect(narrow.low).toBeLessThanOrEqual(0.05);
    expect(narrow.high).toBeGreaterThanOrEqual(0.05);
    expect(wide.high - wide.low).toBeGreaterThan(narrow.high - narrow.low);
    expect(shareByUser([], options)).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
