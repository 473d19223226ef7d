import type { Instant } from '@stepgate/engine';
import { hardNegativeNames, type HardNegativeName, type SyntheticLogin } from '../login.js';
import {
  beginning,
  dayMs,
  inOrder,
  ownLogin,
  timeOfDay,
  type Population,
} from '../population/create-population.js';
import { addressText, sizeOf, type IpRange } from '../population/ip-range.js';
import { createRandom, type Random } from '../population/random.js';
import { abroad, createUser, pieceOf, type User, type UserSources } from '../population/users.js';

export interface HardNegativeOptions extends UserSources {
  readonly seed: number;
  /** Users of each kind. */
  readonly usersPerKind: number;
}

interface Story {
  readonly user: User;
  readonly sources: UserSources;
  readonly random: Random;
  readonly at: Instant;
  /** What the users of a kind have in common: an office's address, a carrier's pool. */
  readonly shared: IpRange;
}

const minuteMs = 60_000;
/** So many colleagues sit behind one address. */
const officeSize = 200;
const historyLogins = 12;
const tries = 20;

const from = (story: Story, address: string): SyntheticLogin => ({
  at: story.at,
  user: story.user.index,
  by: { kind: 'owner' },
  passwordRight: true,
  address,
  userAgent: story.user.devices[0].browser.userAgent,
  device: story.user.devices[0].id,
  rttMs: null,
});

const oneOf = (range: IpRange, random: Random): string =>
  addressText(range.first + random.below(sizeOf(range)));

const ownRelay = ({ user, sources, random }: Story): string | null => {
  const ranges = sources.catalogue.listed('relay', user.country);
  const range = ranges[random.below(ranges.length)];
  return range === undefined ? null : oneOf(range, random);
};

const satelliteAddress = ({ sources, random }: Story): string | null => {
  const { satellite } = sources.catalogue;
  for (let n = 0; n < tries; n += 1) {
    const network = satellite[random.below(satellite.length)];
    if (network === undefined) return null;
    const range = network.drawRange(random);
    const address = sources.catalogue.addressIn(range, network.country, random);
    if (address !== null) return address;
  }
  return null;
};

/** The login that rivals get wrong, with whatever led to it; null where it cannot be told. */
const stories: Readonly<
  Record<HardNegativeName, (story: Story) => readonly (SyntheticLogin | null)[]>
> = {
  home: (story) => [from(story, story.user.homeAddress)],
  forgotten_password: (story) => {
    const right = from(story, story.user.homeAddress);
    const wrong = [3, 2, 1].map((minutes) => ({
      ...right,
      at: story.at - minutes * minuteMs,
      passwordRight: false,
    }));
    return [...wrong, right];
  },
  holiday: (story) => {
    const address = abroad(story.user, story.sources, story.random);
    return [address === null ? null : from(story, address)];
  },
  new_device_at_home: (story) => [
    {
      ...from(story, story.user.homeAddress),
      userAgent: story.sources.browsers.draw(story.random).userAgent,
      device: `d${String(story.user.index)}-new`,
    },
  ],
  office_nat: (story) => [from(story, addressText(story.shared.first))],
  private_relay: (story) => {
    const address = ownRelay(story);
    return [address === null ? null : from(story, address)];
  },
  in_flight: (story) => {
    const address = satelliteAddress(story);
    const departure = { ...from(story, story.user.homeAddress), at: story.at - 180 * minuteMs };
    return [departure, address === null ? null : from(story, address)];
  },
  mobile_cgnat: (story) => [from(story, oneOf(story.shared, story.random))],
};

/** Users of these kinds are at the shared addresses every other day. */
const sharing: readonly HardNegativeName[] = ['office_nat', 'mobile_cgnat'];

const historyOf = (name: HardNegativeName, story: Story): readonly SyntheticLogin[] =>
  Array.from({ length: historyLogins }, (_, n) => {
    const at = beginning + (n * 20 + story.random.below(19)) * dayMs + timeOfDay(story.random);
    const login = ownLogin(story.user, story.sources, { random: story.random, at });
    if (!sharing.includes(name) || n % 2 === 0) return login;
    const where =
      name === 'office_nat' ? addressText(story.shared.first) : oneOf(story.shared, story.random);
    return { ...login, address: where, device: story.user.devices[0].id };
  });

const sharedRanges = (
  name: HardNegativeName,
  sources: UserSources,
  random: Random,
): readonly IpRange[] =>
  Array.from({ length: 4 }, () => {
    const network =
      name === 'mobile_cgnat'
        ? sources.catalogue.carrier('NO')
        : (sources.catalogue.residential('NO')?.draw(random) ?? null);
    if (network === null) throw new RangeError('the tables know no network of Norway');
    return pieceOf(network.drawRange(random), 16, random);
  });

const kindOf = (
  name: HardNegativeName,
  population: Population,
  { options, offset }: { readonly options: HardNegativeOptions; readonly offset: number },
): readonly SyntheticLogin[] => {
  const random = createRandom(`${String(options.seed)}/hard/${name}`);
  const shared = sharedRanges(name, options, random);
  const last = population.end - 20 * dayMs;
  return Array.from({ length: options.usersPerKind }, (_, n): readonly SyntheticLogin[] => {
    const user = createUser(options, offset + n, random);
    const range = shared[Math.floor(n / officeSize) % shared.length] ?? { first: 0, last: 0 };
    const day = Math.floor((last - beginning) / dayMs) + random.below(15);
    const at = beginning + day * dayMs + timeOfDay(random);
    const story: Story = { user, sources: options, random, at, shared: range };
    const history = historyOf(name, story);
    const told = stories[name](story).filter((login) => login !== null);
    return [
      ...history,
      // What led to it is not what is hard to judge: a departure from home is a login like any other.
      ...told.map((login) =>
        login.at === at || !login.passwordRight
          ? { ...login, by: { kind: 'hard_negative', name } as const }
          : login,
      ),
    ];
  }).flat();
};

/** Honest users of their own, with a history, and then the login that is easily misjudged. */
export const createHardNegatives = (
  population: Population,
  options: HardNegativeOptions,
): readonly SyntheticLogin[] =>
  inOrder(
    hardNegativeNames.flatMap((name, kind) =>
      kindOf(name, population, {
        options,
        offset: population.users.length + kind * options.usersPerKind,
      }),
    ),
  );
