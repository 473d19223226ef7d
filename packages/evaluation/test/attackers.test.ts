import { createAttacks, createHardNegatives, createSequences } from '../src/attackers/index.js';
import {
  attackerNames,
  hardNegativeNames,
  type AttackerName,
  type HardNegativeName,
  type SyntheticLogin,
} from '../src/login.js';
import type { Population } from '../src/population/index.js';
import { createRangeSet, numberOfAddress, rangeOf } from '../src/population/ip-range.js';
import { createWorld, shareOf, type World } from './synthetic-world.js';

const attemptsPerAttacker = 400;
const usersPerKind = 220;

let world: World;
let population: Population;
let attacks: ReturnType<typeof createAttacks>;

const attack = () =>
  createAttacks(population, { ...world.sources, seed: 1, attemptsPerAttacker, feeds: world.feeds });

const of = (name: AttackerName): readonly SyntheticLogin[] =>
  attacks.reported.filter(({ by }) => by.kind === 'attacker' && by.name === name);

const victimOf = ({ user }: SyntheticLogin) => {
  const victim = population.users[user];
  if (victim === undefined) throw new RangeError('nobody');
  return victim;
};

const latestBefore = ({ user, at }: SyntheticLogin): SyntheticLogin | undefined =>
  population.logins.findLast((login) => login.user === user && login.at < at);

beforeAll(async () => {
  world = await createWorld(800);
  population = world.populationOf(1);
  attacks = attack();
}, 60_000);

describe('attackers', () => {
  it('are the same for the same seed', () => {
    expect(attack()).toEqual(attacks);
  });

  it.each(attackerNames)('%s tries as often as asked, after half time, with no cookie', (name) => {
    const attempts = of(name);
    expect(attempts).toHaveLength(attemptsPerAttacker);
    for (const { at, device, passwordRight } of attempts) {
      expect(at).toBeGreaterThanOrEqual(population.halfTime);
      expect({ device, passwordRight }).toEqual({ device: null, passwordRight: true });
    }
  });

  it('try users who have signed in before, busy or not', () => {
    expect(attacks.reported.every((attempt) => latestBefore(attempt) !== undefined)).toBe(true);
    expect(new Set(attacks.reported.map(({ user }) => user)).size).toBeGreaterThan(600);
  });

  it('come from other neighbourhoods in the warm-up than in what is reported', () => {
    const neighbourhoods = (attempts: readonly SyntheticLogin[]): ReadonlySet<string> =>
      new Set(attempts.map(({ address }) => address.split('.', 3).join('.')));
    const warmUp = neighbourhoods(attacks.warmUp);
    expect([...neighbourhoods(attacks.reported)].filter((each) => warmUp.has(each))).toEqual([]);
    expect(attacks.warmUp.every(({ at }) => at < population.halfTime)).toBe(true);
  });

  it('who are naive come from addresses of the abuse list', () => {
    const isAbusive = createRangeSet(world.feeds.abuse.map(rangeOf));
    expect(of('naive').every(({ address }) => isAbusive(numberOfAddress(address)))).toBe(true);
  });

  it.each(['vpn', 'targeted'] as const)('%s: exits of the victim’s country', (name) => {
    const isExit = createRangeSet([...world.feeds.vpn, ...world.feeds.hosting].map(rangeOf));
    for (const attempt of of(name)) {
      expect(world.countryOf(attempt.address)).toBe(victimOf(attempt).country);
    }
    expect(shareOf(of(name), ({ address }) => isExit(numberOfAddress(address)))).toBeGreaterThan(
      0.95,
    );
  });

  it.each(['isp_targeted', 'very_targeted'] as const)('%s: homes of the country', (name) => {
    for (const attempt of of(name)) {
      expect(world.countryOf(attempt.address)).toBe(victimOf(attempt).country);
    }
  });

  it('who target very well are in the victim’s own network, with the victim’s user agent', () => {
    for (const attempt of of('very_targeted')) {
      expect(world.asnOf(attempt.address)).toBe(victimOf(attempt).network.asn);
      expect(attempt.userAgent).toBe(latestBefore(attempt)?.userAgent);
    }
  });

  it.each(['targeted', 'isp_targeted'] as const)('%s: the victim’s browser and system', (name) => {
    const { browsers } = world.sources;
    const family = (userAgent = ''): string => browsers.parse(userAgent).family;
    const alike = shareOf(
      of(name),
      (attempt) => family(attempt.userAgent) === family(latestBefore(attempt)?.userAgent),
    );
    expect(alike).toBeGreaterThan(0.98);
  });

  it('who take over accounts come from Romania more than from anywhere', () => {
    const fromRomania = shareOf(of('takeover'), ({ address }) => world.countryOf(address) === 'RO');
    expect(Math.abs(fromRomania - 79 / 137)).toBeLessThan(0.1);
  });
});

describe('honest logins that are hard to judge', () => {
  let logins: readonly SyntheticLogin[];
  beforeAll(() => {
    logins = createHardNegatives(population, { ...world.sources, seed: 1, usersPerKind });
  });

  const judged = (name: HardNegativeName): readonly SyntheticLogin[] =>
    logins.filter(
      ({ by, passwordRight }) => by.kind === 'hard_negative' && by.name === name && passwordRight,
    );
  const before = ({ user, at }: SyntheticLogin): readonly SyntheticLogin[] =>
    logins.filter((login) => login.user === user && login.at < at && login.passwordRight);

  it.each(hardNegativeNames)('%s: one login each, after twelve, of nobody else', (name) => {
    expect(judged(name)).toHaveLength(usersPerKind);
    for (const login of judged(name)) {
      expect(before(login).length).toBeGreaterThanOrEqual(12);
      expect(login.user).toBeGreaterThanOrEqual(population.users.length);
    }
  });

  it('forget a password three times and then know it', () => {
    const wrong = logins.filter(({ passwordRight }) => !passwordRight);
    expect(wrong).toHaveLength(3 * usersPerKind);
  });

  it('share one address in an office, which they used before', () => {
    expect(new Set(judged('office_nat').map(({ address }) => address)).size).toBeLessThanOrEqual(2);
    for (const login of judged('office_nat')) {
      expect(before(login).map(({ address }) => address)).toContain(login.address);
    }
  });

  it('spend holidays in other countries', () => {
    const abroad = shareOf(judged('holiday'), (login) =>
      before(login).every(
        ({ address }) => world.countryOf(address) !== world.countryOf(login.address),
      ),
    );
    expect(abroad).toBeGreaterThan(0.8);
  });

  it('fly with a satellite’s network, and nothing but the flight counts as that', () => {
    const satellites = new Set(world.sources.catalogue.satellite.map(({ asn }) => asn));
    for (const { address } of judged('in_flight')) {
      expect(satellites).toContain(world.asnOf(address));
    }
  });
});

describe('waves of attempts', () => {
  it('try the same before and after twenty failures', () => {
    const options = { ...world.sources, seed: 1, waves: 1, feeds: world.feeds };
    const wave = createSequences(population, options).filter(
      ({ by }) => by.kind === 'sequence' && by.name === 'poisoning',
    );
    expect(wave.map(({ passwordRight }) => passwordRight)).toEqual([
      true,
      ...Array.from({ length: 20 }, () => false),
      true,
    ]);
    const same = new Set(
      wave.map(({ user, address, userAgent }) => [user, address, userAgent].join()),
    );
    expect(same.size).toBe(1);
  });
});
