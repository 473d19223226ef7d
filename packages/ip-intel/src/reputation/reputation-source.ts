import type { Network, ReputationCategory, Signal } from '@stepgate/engine';
import type { Address } from '../address.js';
import type { IntelStatus } from '../intel-status.js';

/** On which lists an address stands, itself or by its network. Never throws. */
export interface ReputationSource {
  /** Observed empty: on none. */
  lookUp(address: Address, network: Signal<Network>): Signal<readonly ReputationCategory[]>;
  status(): IntelStatus;
}
