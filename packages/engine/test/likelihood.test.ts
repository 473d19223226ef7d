import {
  likelihoodOf,
  likelihoodRatio,
  type Familiarity,
  type TraitCounts,
  type TraitLevel,
} from '@stepgate/engine';
import { freemanScore, type FreemanLogin, type FreemanTraits } from '@stepgate/testing';
import fc from 'fast-check';

const traits = ['address', 'asn', 'country', 'userAgent', 'browser', 'os', 'deviceType'] as const;

const countsOf = (logins: readonly FreemanLogin[], attempt: FreemanTraits): TraitCounts => {
  const of = (trait: keyof FreemanTraits): number =>
    logins.filter((login) => login[trait] === attempt[trait]).length;
  return {
    address: of('address'),
    asn: of('asn'),
    country: of('country'),
    userAgent: of('userAgent'),
    browser: of('browser'),
    os: of('os'),
    deviceType: of('deviceType'),
    rtt: null,
    hour: null,
  };
};

const distinctOf = (logins: readonly FreemanLogin[]): Readonly<Record<TraitLevel, number>> => {
  const of = (trait: keyof FreemanTraits): number =>
    new Set(logins.map((login) => login[trait])).size;
  return {
    address: of('address'),
    asn: of('asn'),
    country: of('country'),
    userAgent: of('userAgent'),
    browser: of('browser'),
    os: of('os'),
    deviceType: of('deviceType'),
    rtt: 0,
    hour: 0,
  };
};

const familiarity = (
  earlier: readonly FreemanLogin[],
  user: string,
  attempt: FreemanTraits,
): Familiarity => {
  const own = earlier.filter((login) => login.user === user);
  return {
    logins: own.length,
    own: countsOf(own, attempt),
    population: {
      logins: earlier.length,
      returns: 0,
      subjects: new Set(earlier.map((login) => login.user)).size,
      counts: countsOf(earlier, attempt),
      distinct: distinctOf(earlier),
    },
  };
};

const least = { minLogins: 1, minPopulation: 1 };

const scored = (known: Familiarity) => {
  const likelihood = likelihoodOf(known, least);
  if (likelihood.kind !== 'scored') throw new Error(`insufficient: ${likelihood.missing}`);
  return likelihood.ratios;
};

const anyTraits = fc.record<FreemanTraits>({
  address: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  asn: fc.constantFrom('1', '2', '3'),
  country: fc.constantFrom('NO', 'US'),
  userAgent: fc.constantFrom('u', 'v', 'w', 'x'),
  browser: fc.constantFrom('Firefox 1', 'Firefox 2', 'Chrome 1'),
  os: fc.constantFrom('Linux', 'iOS'),
  deviceType: fc.constantFrom('desktop', 'mobile'),
});

const anyLogin: fc.Arbitrary<FreemanLogin> = fc
  .tuple(fc.constantFrom('alice', 'bob', 'carol'), anyTraits)
  .map(([user, values]) => ({ user, ...values }));

const home: FreemanTraits = {
  address: 'home',
  asn: '2119',
  country: 'NO',
  userAgent: 'firefox on linux',
  browser: 'Firefox 1',
  os: 'Linux',
  deviceType: 'desktop',
};

const logins = (user: string, count: number, values: FreemanTraits): readonly FreemanLogin[] =>
  Array.from({ length: count }, () => ({ user, ...values }));

describe('the likelihood ratio', () => {
  it('is the published one, feature by feature, for any history and any attempt', () => {
    fc.assert(
      fc.property(
        fc.array(anyLogin, { minLength: 1, maxLength: 40 }),
        anyTraits,
        (past, attempt) => {
          const published = freemanScore(past, 'alice', attempt);
          fc.pre(published !== null);
          const ratios = scored(familiarity(past, 'alice', attempt));
          expect(ratios.address).toBeCloseTo(published.features.address, 10);
          expect(ratios.user_agent).toBeCloseTo(published.features.userAgent, 10);
          expect(ratios.login_count).toBeCloseTo(published.features.loginCount, 10);
          expect(likelihoodRatio(ratios, ['address', 'user_agent', 'login_count'])).toBeCloseTo(
            published.score,
            10,
          );
        },
      ),
    );
  });

  it('is exactly 4 for a feature of which the subject has shown nothing', () => {
    const abroad = { ...home, address: 'far', asn: '9', country: 'BR' };
    const past = [...logins('alice', 5, home), ...logins('bob', 5, abroad)];
    expect(scored(familiarity(past, 'alice', abroad)).address).toBe(4);
  });

  it('rises when a value is common among all and rare for the subject', () => {
    const stranger = { ...home, userAgent: 'chrome', browser: 'Chrome 1', os: 'Windows' };
    const few = [...logins('alice', 9, home), ...logins('bob', 10, stranger)];
    const many = [...few, ...logins('carol', 100, stranger)];
    const ratio = (past: readonly FreemanLogin[]) =>
      scored(familiarity(past, 'alice', stranger)).user_agent ?? 0;
    expect(ratio(many)).toBeGreaterThan(ratio(few));
  });

  it('costs a rare user agent no more than an unheard-of one, so that rarity alone convicts nobody', () => {
    const past = [...logins('alice', 10, home), ...logins('bob', 1_000, { ...home, address: 'b' })];
    const odd = { ...home, userAgent: 'odd', browser: 'Odd 1', os: 'OddOS', deviceType: 'other' };
    expect(scored(familiarity(past, 'alice', odd)).user_agent).toBe(4);
  });

  it('falls for every feature as the subject signs in the same way again and again', () => {
    const others = logins('bob', 50, { ...home, address: 'b', userAgent: 'x' });
    const at = (count: number) =>
      scored(familiarity([...others, ...logins('alice', count, home)], 'alice', home));
    expect(at(20).login_count).toBeLessThan(at(2).login_count ?? 0);
  });

  it.each([
    ['logins', { logins: 0 }],
    ['population', { population: null }],
  ] as const)('says that it is insufficient without %s', (missing, less) => {
    const past = logins('alice', 5, home);
    expect(likelihoodOf({ ...familiarity(past, 'alice', home), ...less }, least)).toEqual({
      kind: 'insufficient',
      missing,
    });
  });

  it('never makes an attempt look safer when one of its traits cannot be read', () => {
    fc.assert(
      fc.property(
        fc.array(anyLogin, { minLength: 1, maxLength: 40 }),
        anyTraits,
        fc.constantFrom(...traits),
        (past, attempt, hidden) => {
          fc.pre(past.some(({ user }) => user === 'alice'));
          const whole = familiarity(past, 'alice', attempt);
          const without: Familiarity = {
            ...whole,
            own: { ...whole.own, [hidden]: null },
            population:
              whole.population === null
                ? null
                : { ...whole.population, counts: { ...whole.population.counts, [hidden]: null } },
          };
          const [seen, unseen] = [scored(whole), scored(without)];
          for (const feature of ['address', 'user_agent'] as const) {
            // Four is what all of a feature unseen costs.
            expect(unseen[feature] ?? 0).toBeGreaterThanOrEqual(
              Math.min(4, seen[feature] ?? 0) - 1e-12,
            );
          }
        },
      ),
    );
  });
});
