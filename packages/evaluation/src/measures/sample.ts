/** One scored login or attempt. */
export interface Sample {
  /** Whose account it is; with the seed, one person. */
  readonly user: number;
  readonly score: number;
  /** Proven logins of the user before this one. */
  readonly history: number;
  readonly seed: number;
}
