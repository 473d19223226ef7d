import { knownLists, type Population } from '../src/population/index.js';
import { statisticsOf } from '../src/run/population-statistics.js';
import { createWorld, shareOf, type World } from './synthetic-world.js';

describe('the synthetic population', () => {
  const users = 2_000;
  let world: World;
  let population: Population;

  beforeAll(async () => {
    world = await createWorld(users);
    population = world.populationOf(1);
  }, 60_000);

  it('is the same for the same seed, and another for another', () => {
    expect(world.populationOf(1).logins).toEqual(population.logins);
    expect(world.populationOf(2).logins).not.toEqual(population.logins);
  });

  it('signs in as often as the published users did', () => {
    const statistics = statisticsOf(population);
    expect(statistics['P(1)']).toBeCloseTo(0.397, 1);
    expect(statistics['median']).toBe(2);
    expect(Math.abs((statistics['p90'] ?? 0) - 9)).toBeLessThanOrEqual(1);
    expect(Math.abs((statistics['p99'] ?? 0) - 28)).toBeLessThanOrEqual(5);
    expect(statistics['P(>=10)']).toBeCloseTo(0.085, 1);
    expect(Math.abs((statistics['mean'] ?? 0) - 4.006)).toBeLessThan(0.4);
  });

  it('lives where the published users lived, and sleeps at night', () => {
    expect(shareOf(population.users, ({ country }) => country === 'NO')).toBeCloseTo(0.423, 1);
    expect(shareOf(population.users, ({ country }) => country === 'US')).toBeCloseTo(0.278, 1);
    const atNight = shareOf(population.logins, ({ at }) => new Date(at).getUTCHours() < 6);
    expect(atNight).toBeLessThan(0.1);
  });

  it('has homes in the country and the network that it says', () => {
    for (const { homeAddress, country, network } of population.users) {
      expect(world.countryOf(homeAddress)).toBe(country);
      expect(world.asnOf(homeAddress)).toBe(network.asn);
    }
  });

  it('is in the order of time, within its days, with the right password', () => {
    const times = population.logins.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times.at(-1)).toBeLessThan(population.end);
    expect(population.logins.every(({ passwordRight }) => passwordRight)).toBe(true);
  });

  it('signs in with few devices of its own, now and then in a private window', () => {
    for (const { user, device } of population.logins) {
      if (device !== null) expect([`d${String(user)}-1`, `d${String(user)}-2`]).toContain(device);
    }
    const hidden = shareOf(population.logins, ({ device }) => device === null);
    expect(hidden).toBeGreaterThan(0);
    expect(hidden).toBeLessThan(0.03);
  });
});

describe('the lists that the service has', () => {
  const feeds = {
    tor: [],
    vpn: ['10.1.0.0/24'],
    hosting: Array.from({ length: 250 }, (_, n) => `10.${String(n)}.0.0/16`),
    relay: ['192.0.2.0/24'],
    abuse: Array.from({ length: 250 }, (_, n) => `10.${String(n)}.7.7`),
    hostingAsns: [],
  };

  it('are the same for a seed, other ones for another, and hold 55 of 100', () => {
    expect(knownLists(feeds, 1)).toEqual(knownLists(feeds, 1));
    expect(knownLists(feeds, 1)).not.toEqual(knownLists(feeds, 2));
    const shares = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (seed) => knownLists(feeds, seed).hosting.length / feeds.hosting.length,
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeCloseTo(0.55, 1);
  });

  it('know an address on two lists no more often than one on one', () => {
    const known = knownLists(feeds, 3);
    const neighbourhoods = (list: readonly string[]): readonly string[] =>
      list.map((entry) => entry.split('.', 2).join('.'));
    expect(neighbourhoods(known.abuse)).toEqual(neighbourhoods(known.hosting));
  });

  it('hold every relay: their operators publish them', () => {
    expect(knownLists(feeds, 1).relay).toEqual(feeds.relay);
  });
});
