import type { Instant } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';
import { addressText } from './ip-range.js';
import { hourWeights } from './parameters.js';
import { createRandom, createWeighted, type Random } from './random.js';
import {
  abroad,
  createUser,
  deviceForLogin,
  elsewhereIn,
  throughVpn,
  type User,
  type UserSources,
} from './users.js';

export const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** When the first login may be; the tables and lists of networks are of about this time. */
export const beginning: Instant = Date.UTC(2025, 6, 1);

export interface Population {
  readonly users: readonly User[];
  /** Of their owners, oldest first. */
  readonly logins: readonly SyntheticLogin[];
  /** Before it thresholds are chosen, after it results are reported. */
  readonly halfTime: Instant;
  readonly end: Instant;
}

export interface PopulationOptions extends UserSources {
  readonly seed: number;
  readonly users: number;
}

const hours = createWeighted(hourWeights.map((weight, hour) => [hour, weight] as const));

export const timeOfDay = (random: Random): number =>
  hours.draw(random) * hourMs + random.below(hourMs);

/** Another network, for people who are not at home today; null: they are. */
const awayFromHome = (user: User, sources: UserSources, random: Random): string | null => {
  const { travel, elsewhere } = sources.parameters;
  if (random.chance(travel)) return abroad(user, sources, random);
  return random.chance(elsewhere) ? elsewhereIn(user.country, sources, random) : null;
};

interface Occasion {
  readonly random: Random;
  readonly at: Instant;
  readonly handheld: boolean;
}

/**
 * Where the user is for this login, and what that does to the home. Nobody is in two cities in one
 * day: the tables say nothing of how people travel, so nobody who stays honest travels fast.
 */
const addressForLogin = (
  user: User,
  sources: UserSources,
  { random, at, handheld }: Occasion,
): string => {
  const { parameters, catalogue } = sources;
  const { away } = user;
  if (away !== null && at - away.at < dayMs) return away.address;
  const isSettled = user.seenAt === null || at - user.seenAt >= dayMs;
  const address = isSettled ? awayFromHome(user, sources, random) : null;
  user.seenAt = at;
  user.away = address === null ? null : { address, at };
  if (address !== null) return address;
  if (random.chance(parameters.vpn)) {
    const exit = throughVpn(user, sources, random);
    if (exit !== null) return addressText(exit);
  }
  if (handheld && user.carrierRange !== null && random.chance(parameters.carrier)) {
    return addressText(user.carrierRange.first + random.below(carrierSize(user)));
  }
  if (random.chance(parameters.newHomeAddress)) {
    user.homeAddress =
      catalogue.addressIn(user.homeRange, user.country, random) ?? user.homeAddress;
  }
  return user.homeAddress;
};

const carrierSize = ({ carrierRange }: User): number =>
  carrierRange === null ? 1 : carrierRange.last - carrierRange.first + 1;

export const ownLogin = (
  user: User,
  sources: UserSources,
  { random, at }: { readonly random: Random; readonly at: Instant },
): SyntheticLogin => {
  const device = deviceForLogin(user, sources, random);
  const { browser } = device;
  return {
    at,
    user: user.index,
    by: { kind: 'owner' },
    passwordRight: true,
    address: addressForLogin(user, sources, { random, at, handheld: browser.handheld }),
    userAgent: browser.userAgent,
    device: random.chance(sources.parameters.privateWindow) ? null : device.id,
    rttMs: null,
  };
};

const loginsOf = ({ parameters }: UserSources, random: Random): number =>
  Math.max(
    1,
    Math.round(
      Math.exp(parameters.logLoginsMean + parameters.logLoginsDeviation * random.normal()),
    ),
  );

const timesOf = (days: number, count: number, random: Random): readonly Instant[] =>
  Array.from(
    { length: count },
    () => beginning + random.below(days) * dayMs + timeOfDay(random),
  ).toSorted((one, other) => one - other);

/** Sorted by time; two at one instant by user, so that the order is one. */
export const inOrder = (logins: readonly SyntheticLogin[]): readonly SyntheticLogin[] =>
  logins.toSorted((one, other) => one.at - other.at || one.user - other.user);

export const createPopulation = (options: PopulationOptions): Population => {
  const { seed, parameters } = options;
  const users: User[] = [];
  const logins: SyntheticLogin[] = [];
  for (let index = 0; index < options.users; index += 1) {
    const random = createRandom(`${String(seed)}/user/${String(index)}`);
    const user = createUser(options, index, random);
    users.push(user);
    for (const at of timesOf(parameters.days, loginsOf(options, random), random)) {
      logins.push(ownLogin(user, options, { random, at }));
    }
  }
  const end = beginning + parameters.days * dayMs;
  return { users, logins: inOrder(logins), halfTime: (beginning + end) / 2, end };
};
