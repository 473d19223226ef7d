import type { Instant } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';
import type { Population } from '../population/create-population.js';
import type { Random } from '../population/random.js';
import type { User } from '../population/users.js';

export interface Victim {
  readonly user: User;
  readonly at: Instant;
  /** The owner's latest login before the attempt: what a thief can have learnt of them. */
  readonly latest: SyntheticLogin;
}

export interface Victims {
  /** Uniform over users who signed in before, at a uniform time between the two. */
  draw(random: Random, from: Instant, to: Instant): Victim;
}

const tries = 10_000;

export const createVictims = ({ users, logins }: Population): Victims => {
  const histories = new Map<number, SyntheticLogin[]>();
  for (const login of logins) {
    const history = histories.get(login.user) ?? [];
    histories.set(login.user, history);
    history.push(login);
  }
  const latestBefore = (user: number, at: Instant): SyntheticLogin | undefined =>
    histories.get(user)?.findLast((login) => login.at < at);
  return {
    draw: (random, from, to) => {
      for (let n = 0; n < tries; n += 1) {
        const user = users[random.below(users.length)];
        const at = from + random.below(to - from);
        const latest = user === undefined ? undefined : latestBefore(user.index, at);
        if (user !== undefined && latest !== undefined) return { user, at, latest };
      }
      throw new RangeError('nobody has signed in yet');
    },
  };
};
