import { freemanScore, type FreemanLogin } from '@stepgate/testing';
import fc from 'fast-check';
import {
  createReferenceScorer,
  createRulesOnlyScorer,
  type ResolvedLogin,
  type Scorer,
} from '../src/scorers/index.js';

const anyLogin: fc.Arbitrary<ResolvedLogin> = fc.record({
  user: fc.constantFrom('alice', 'bob', 'carol', '__proto__'),
  address: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  asn: fc.constantFrom('1', '2', '3'),
  country: fc.constantFrom('NO', 'US'),
  userAgent: fc.constantFrom('u', 'v', 'w', 'x'),
  browser: fc.constantFrom('Firefox 1', 'Firefox 2', 'Chrome 1'),
  os: fc.constantFrom('Linux', 'iOS'),
  deviceType: fc.constantFrom('desktop', 'mobile'),
  listed: fc.boolean(),
});

const home: ResolvedLogin = {
  user: 'alice',
  address: 'home',
  asn: '2119',
  country: 'NO',
  userAgent: 'firefox on linux',
  browser: 'Firefox 1',
  os: 'Linux',
  deviceType: 'desktop',
  listed: false,
};

const abroad: ResolvedLogin = { ...home, address: 'far', asn: '9', country: 'BR' };
const elsewhere: ResolvedLogin = { ...home, user: 'bob', address: 'next door' };

const taught = (scorer: Scorer, logins: readonly ResolvedLogin[]): Scorer => {
  for (const login of logins) scorer.learn(login);
  return scorer;
};

/** As a quotient with the published score, which may be of any size; null: neither has one. */
const againstPublished = (
  score: number | null,
  past: readonly FreemanLogin[],
  { login, loginCount }: { readonly login: ResolvedLogin; readonly loginCount: boolean },
): number | null => {
  const published = freemanScore(past, login.user, login);
  if (published === null) return score;
  const { address, userAgent } = published.features;
  return (score ?? NaN) / (loginCount ? published.score : address * userAgent);
};

describe('the reference scorer', () => {
  it.each([true, false])(
    'is the published formula from login to login, each scored before it is learnt (login count: %p)',
    (loginCount) => {
      fc.assert(
        fc.property(fc.array(anyLogin, { minLength: 1, maxLength: 40 }), (logins) => {
          const scorer = createReferenceScorer({ loginCount });
          for (const [index, login] of logins.entries()) {
            const past = logins.slice(0, index);
            const quotient = againstPublished(scorer.score(login), past, { login, loginCount });
            if (past.every(({ user }) => user !== login.user)) expect(quotient).toBeNull();
            else expect(quotient).toBeCloseTo(1, 10);
            scorer.learn(login);
          }
        }),
      );
    },
  );

  it('is what the formulas give by hand', () => {
    const scorer = taught(createReferenceScorer({ loginCount: true }), [home, home, elsewhere]);
    // N = 3, U = 2, own 2. Address: own all 1; all 0.6 · 2/(2+3) · 2/(3+1+1+1) + 0.3 + 0.1.
    const address = 0.6 * (2 / 5) * (2 / 6) + 0.4;
    // User agent: own all 1; all w · 3/(3+4) · 3/(3+1+1+1+1) + the other weights.
    const finest = 0.5386653840551359;
    const userAgent = finest * (3 / 7) * (3 / 7) + (1 - finest);
    expect(scorer.score(home)).toBeCloseTo(address * userAgent * (3 / 2 / 2), 12);
  });

  it('costs a feature of which the user has shown nothing a factor of exactly 4', () => {
    const scorer = (past: readonly ResolvedLogin[]) =>
      taught(createReferenceScorer({ loginCount: false }), past);
    const past = [home, elsewhere];
    const userAgentOnly = { ...abroad, user: 'alice' };
    const known = scorer(past).score(home) ?? NaN;
    const unknownAddress = scorer(past).score(userAgentOnly) ?? NaN;
    // Both have the same user agent, of which alice and bob have shown the same.
    const address = 0.6 * (1 / 4) * (1 / 5) + 0.4;
    expect(unknownAddress / known).toBeCloseTo(4 / address, 10);
  });

  it('scores nobody who was not seen before', () => {
    const scorer = taught(createReferenceScorer({ loginCount: true }), [elsewhere]);
    expect(scorer.score(home)).toBeNull();
  });

  it('learns nothing from being asked', () => {
    const scorer = taught(createReferenceScorer({ loginCount: true }), [home, elsewhere]);
    const first = scorer.score(abroad);
    for (let n = 0; n < 20; n += 1) scorer.score(abroad);
    expect(scorer.score(abroad)).toBe(first);
  });
});

describe('the rules-only scorer', () => {
  const scorer = taught(createRulesOnlyScorer(), [home, elsewhere]);

  it.each<[string, Partial<ResolvedLogin>, number]>([
    ['nothing for what was seen before', {}, 0],
    ['nothing for a new address of the same country', { address: 'x', asn: '7' }, 0],
    ['a point for a new country', { country: 'BR' }, 1],
    ['a point for a new user agent', { userAgent: 'chrome' }, 1],
    ['a point for a listed address', { listed: true }, 1],
    ['three for all of it', { country: 'BR', userAgent: 'chrome', listed: true }, 3],
  ])('gives %s', (_, changes, points) => {
    expect(scorer.score({ ...home, ...changes })).toBe(points);
  });

  it('knows each user apart', () => {
    const two = taught(createRulesOnlyScorer(), [home, { ...abroad, user: 'bob' }]);
    expect([two.score(abroad), two.score({ ...abroad, user: 'bob' })]).toEqual([1, 0]);
  });

  it('scores nobody who was not seen before, listed or not', () => {
    expect(scorer.score({ ...home, user: 'carol', listed: true })).toBeNull();
  });
});
