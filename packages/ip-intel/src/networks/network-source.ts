import type { Network, Signal } from '@stepgate/engine';
import type { Address } from '../address.js';
import type { IntelStatus } from '../intel-status.js';

/** Whose network announces a public address. Never throws. */
export interface NetworkSource {
  lookUp(address: Address): Signal<Network>;
  status(): IntelStatus;
}
