import type { Sample } from './sample.js';

/** Numbers the persons from 0, as they come: the same user of another seed is somebody else. */
export const createPersons = () => {
  const bySeed = new Map<number, Map<number, number>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    numberOf: ({ seed, user }: Pick<Sample, 'seed' | 'user'>): number => {
      const users = bySeed.get(seed) ?? new Map<number, number>();
      bySeed.set(seed, users);
      const known = users.get(user);
      if (known !== undefined) return known;
      users.set(user, size);
      size += 1;
      return size - 1;
    },
  };
};
