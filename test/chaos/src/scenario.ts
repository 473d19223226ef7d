import type { Check } from '@stepgate/testing';

export interface ChaosContext {
  /** The short version, as `make test` runs it: fewer rounds, the same promises. */
  readonly quick: boolean;
  /** Printed at the start; the same seed breaks the same things at the same moments. */
  readonly seed: number;
  /** From 0 to below 1, from the seed and the name of the scenario. */
  readonly random: () => number;
  /** One line of progress. */
  readonly log: (line: string) => void;
}

/** One kind of fault: what is promised under it, and what was seen. */
export interface Scenario {
  readonly name: string;
  /** In one line, for the report. */
  readonly promise: string;
  /** A scenario that takes longer is stopped and its checks do not hold. */
  readonly limitSeconds: number;
  /**
   * Leaves nothing running. A check that does not hold is a result; a throw is a scenario that could
   * not be played, which fails as well.
   */
  readonly run: (context: ChaosContext) => Promise<readonly Check[]>;
}
