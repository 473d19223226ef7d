import { attackerNames, type AttackerName, type SyntheticLogin } from '../login.js';
import { inOrder, type Population } from '../population/create-population.js';
import type { Feeds } from '../population/feeds.js';
import { createRandom, type Random } from '../population/random.js';
import type { UserSources } from '../population/users.js';
import { createAttackAddresses, type AttackAddresses, type Half } from './attack-addresses.js';
import { createVictims, type Victim, type Victims } from './victims.js';

export interface AttackOptions extends UserSources {
  readonly seed: number;
  readonly attemptsPerAttacker: number;
  readonly feeds: Feeds;
}

/** Small: it only chooses thresholds where somebody wants them chosen beforehand. */
const warmUpShare = 0.1;

interface Disguise {
  readonly address: string;
  readonly userAgent: string;
}

interface Means extends UserSources {
  readonly addresses: AttackAddresses;
  readonly random: Random;
}

const familyOf = ({ latest }: Victim, { browsers, random }: Means): string =>
  browsers.ofFamily(browsers.parse(latest.userAgent).family, random).userAgent;

/** What each attacker knows of the victim, and where he can come from. */
const disguises: Readonly<Record<AttackerName, (victim: Victim, means: Means) => Disguise>> = {
  naive: (_victim, { addresses, browsers, random }) => ({
    address: addresses.naive(random),
    userAgent: browsers.draw(random).userAgent,
  }),
  vpn: ({ user }, { addresses, browsers, random }) => ({
    address: addresses.vpn(user.country, random),
    userAgent: browsers.draw(random).userAgent,
  }),
  targeted: (victim, means) => ({
    address: means.addresses.vpn(victim.user.country, means.random),
    userAgent: familyOf(victim, means),
  }),
  isp_targeted: (victim, means) => ({
    address: means.addresses.residential(victim.user.country, means.random),
    userAgent: familyOf(victim, means),
  }),
  very_targeted: ({ user, latest }, { addresses, random }) => ({
    address: addresses.ownNetwork(user, random),
    userAgent: latest.userAgent,
  }),
  // 85 % of the published takeovers came from desktops.
  takeover: (_victim, { addresses, browsers, random }) => ({
    address: addresses.takeover(random),
    userAgent: (random.chance(0.85) ? browsers.desktop(random) : browsers.handheld(random))
      .userAgent,
  }),
};

const attempt = (name: AttackerName, victim: Victim, means: Means): SyntheticLogin => ({
  at: victim.at,
  user: victim.user.index,
  by: { kind: 'attacker', name },
  passwordRight: true,
  device: null,
  rttMs: null,
  ...disguises[name](victim, means),
});

const attemptsIn = (
  half: Half,
  {
    population,
    victims,
    options,
  }: {
    readonly population: Population;
    readonly victims: Victims;
    readonly options: AttackOptions;
  },
): readonly SyntheticLogin[] => {
  const { seed, catalogue, feeds, attemptsPerAttacker } = options;
  const addresses = createAttackAddresses(catalogue, feeds, half);
  const [first] = population.logins;
  const from = half === 'warm_up' ? (first?.at ?? 0) + 1 : population.halfTime;
  const to = half === 'warm_up' ? population.halfTime : population.end;
  const count = Math.ceil(attemptsPerAttacker * (half === 'warm_up' ? warmUpShare : 1));
  return attackerNames.flatMap((name) => {
    const random = createRandom(`${String(seed)}/attack/${half}/${name}`);
    return Array.from({ length: count }, () =>
      attempt(name, victims.draw(random, from, to), { ...options, addresses, random }),
    );
  });
};

/** Attempts with the right password, spread over victims and time; none of them ever gets in. */
export const createAttacks = (
  population: Population,
  options: AttackOptions,
): { readonly warmUp: readonly SyntheticLogin[]; readonly reported: readonly SyntheticLogin[] } => {
  const victims = createVictims(population);
  return {
    warmUp: inOrder(attemptsIn('warm_up', { population, victims, options })),
    reported: inOrder(attemptsIn('reported', { population, victims, options })),
  };
};
