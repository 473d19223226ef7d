import type { Familiarity, Instant } from '@stepgate/engine';
import type { DevNow } from './attempt-store.js';

/** How common traits are among all proven logins of a tenant, as of the last reading. */
export interface Population {
  /** @param traits as the store names them, see Pseudonyms.traits. @param at for the hour of the day. */
  familiarTo(traits: string, at: Instant): Familiarity['population'];
}

/**
 * Statistics, read in the background and kept in the process: a decision does not wait for them, and
 * they change slowly. No limit and no lock depends on them.
 */
export interface PopulationSource {
  /** Null: not read yet. */
  current(tenant: string): Population | null;
  /**
   * Where time is given from outside, the reading must move with it: waits for one when the last lies
   * an interval or more away from `devNow`, in either direction. Null: returns at once.
   *
   * @throws StateUnavailableError when the store does not answer in time.
   */
  keepUp(tenant: string, devNow: DevNow): Promise<void>;
}
