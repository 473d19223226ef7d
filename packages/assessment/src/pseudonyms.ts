/** Keyed pseudonyms: what records and profiles hold in place of what was sent. */
export interface Pseudonyms {
  readonly subject: string;
  readonly source: string | null;
  readonly device: string | null;
  /** What the device looked like; short, for comparison with its own earlier looks only. */
  readonly fingerprint: string | null;
  /** The login's traits, as the store names them: opaque to all but the store. */
  readonly traits: string;
  /**
   * The same under the secret before this one, while that is still kept: state that was written under
   * it is found by these. Those of a record that was made under it stand in both places.
   */
  readonly earlier?: Omit<Pseudonyms, 'earlier'> | undefined;
}
