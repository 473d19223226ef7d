import type { Network, Place, ReputationCategory, Signal, UserAgent } from '@stepgate/engine';

/** Synchronous: all data is in memory. Never throws; what cannot be told is `unavailable`. */
export interface AddressIntel {
  /** @param address canonical, as contracts parse it. */
  lookUp(address: string): {
    readonly geo: Signal<Place>;
    readonly network: Signal<Network>;
    readonly reputation: Signal<readonly ReputationCategory[]>;
  };
}

/** Synchronous, cached, bounded input. Null when the caller sent none. Never throws. */
export interface UserAgentParser {
  parse(userAgent: string | null): Signal<UserAgent>;
}
