import { createRandom } from '../population/random.js';
import type { Estimate } from '../results.js';
import { estimateOf } from './bootstrap-by-user.js';

/** What befell one user: of `n` logins, `hits`. */
export interface UserCount {
  readonly n: number;
  readonly hits: number;
}

/** A share of logins, with the interval in which it would lie in 95 of 100 other draws of the users. */
export const shareByUser = (
  users: readonly UserCount[],
  { seed, resamples }: { readonly seed: number; readonly resamples: number },
): Estimate => {
  const random = createRandom(`${String(seed)}/share`);
  const shareOf = (pick: (n: number) => UserCount | undefined): number => {
    let [n, hits] = [0, 0];
    for (let index = 0; index < users.length; index += 1) {
      const user = pick(index);
      n += user?.n ?? 0;
      hits += user?.hits ?? 0;
    }
    return n === 0 ? 0 : hits / n;
  };
  const mean = shareOf((index) => users[index]);
  const resampled = Array.from({ length: users.length === 0 ? 0 : resamples }, () =>
    shareOf(() => users[random.below(users.length)]),
  );
  return estimateOf(mean, resampled);
};
