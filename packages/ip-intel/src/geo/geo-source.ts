import type { Place, Signal } from '@stepgate/engine';
import type { Address } from '../address.js';
import type { IntelStatus } from '../intel-status.js';

/** Where a public address is. Never throws: data that cannot be read make it `unavailable`. */
export interface GeoSource {
  lookUp(address: Address): Signal<Place>;
  status(): IntelStatus;
}
