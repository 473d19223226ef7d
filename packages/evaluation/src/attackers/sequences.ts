import type { SequenceName, SyntheticLogin } from '../login.js';
import { inOrder, type Population } from '../population/create-population.js';
import type { Feeds } from '../population/feeds.js';
import { createRandom, type Random } from '../population/random.js';
import type { UserSources } from '../population/users.js';
import { createAttackAddresses, type AttackAddresses } from './attack-addresses.js';
import { createVictims, type Victim, type Victims } from './victims.js';

export interface SequenceOptions extends UserSources {
  readonly seed: number;
  /** Waves of each kind. */
  readonly waves: number;
  readonly feeds: Feeds;
}

interface Scene {
  readonly victims: Victims;
  readonly population: Population;
  readonly options: SequenceOptions;
  readonly addresses: AttackAddresses;
  readonly random: Random;
}

const minuteMs = 60_000;
const targets = 60;
/** Of stuffed passwords, so many are right. */
const rightShare = 0.05;
const poisonedFailures = 20;

const attemptOn = (
  victim: Victim,
  name: SequenceName,
  more: Pick<SyntheticLogin, 'address' | 'userAgent' | 'passwordRight' | 'at'>,
): SyntheticLogin => ({
  user: victim.user.index,
  by: { kind: 'sequence', name },
  device: null,
  rttMs: null,
  ...more,
});

/** One machine, or one address each, through many accounts. */
const wave = (scene: Scene, name: SequenceName, spread: boolean): readonly SyntheticLogin[] => {
  const { victims, population, addresses, random, options } = scene;
  const first = victims.draw(random, population.halfTime, population.end);
  const source = addresses.naive(random);
  const { userAgent } = options.browsers.draw(random);
  return Array.from({ length: targets }, (_, n) => {
    const at = first.at + n * 5_000;
    return attemptOn(victims.draw(random, first.at - 1, first.at), name, {
      at,
      address: spread ? addresses.naive(random) : source,
      userAgent: spread ? options.browsers.draw(random).userAgent : userAgent,
      passwordRight: n >= targets / 2 && random.chance(rightShare * 4),
    });
  });
};

/** The same attempt before and after twenty failures of the same attacker. */
const poisoning = ({ victims, population, addresses, random, options }: Scene) => {
  const victim = victims.draw(random, population.halfTime, population.end);
  const same = {
    address: addresses.vpn(victim.user.country, random),
    userAgent: options.browsers.draw(random).userAgent,
  };
  const right = { ...same, passwordRight: true };
  const failures = Array.from({ length: poisonedFailures }, (_, n) =>
    attemptOn(victim, 'poisoning', {
      ...same,
      passwordRight: false,
      at: victim.at + (n + 1) * minuteMs,
    }),
  );
  return [
    attemptOn(victim, 'poisoning', { ...right, at: victim.at }),
    ...failures,
    attemptOn(victim, 'poisoning', { ...right, at: victim.at + 30 * minuteMs }),
  ];
};

/** Attacks that are seen by their traffic rather than by one attempt. */
export const createSequences = (
  population: Population,
  options: SequenceOptions,
): readonly SyntheticLogin[] => {
  const { seed, catalogue, feeds, waves } = options;
  const victims = createVictims(population);
  const addresses = createAttackAddresses(catalogue, feeds, 'reported');
  const told = (name: SequenceName, tell: (scene: Scene) => readonly SyntheticLogin[]) => {
    const random = createRandom(`${String(seed)}/sequence/${name}`);
    return Array.from({ length: waves }, () =>
      tell({ victims, population, options, addresses, random }),
    ).flat();
  };
  return inOrder([
    ...told('spraying', (scene) => wave(scene, 'spraying', false)),
    ...told('stuffing', (scene) => wave(scene, 'stuffing', false)),
    ...told('distributed_stuffing', (scene) => wave(scene, 'distributed_stuffing', true)),
    ...told('poisoning', poisoning),
  ]);
};
