/** One reader of hostile bytes, and what must hold of it whatever they are. */
export interface FuzzTarget {
  /** Its corpus lies in `corpus/<name>/`. */
  readonly name: string;
  /** Words of its language: mutations are made of them. */
  readonly words: readonly string[];
  /** Further starting points, beside the corpus: made at run time, or from shared data. */
  readonly starts?: () => readonly Buffer[];
  /** @throws when a promise is broken; returning is all that counts otherwise. */
  readonly check: (input: Buffer) => Promise<void> | void;
}

class BrokenPromise extends Error {}

export const promise = (kept: boolean, what: string): void => {
  if (!kept) throw new BrokenPromise(what);
};
