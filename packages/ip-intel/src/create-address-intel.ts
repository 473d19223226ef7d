import { absent, unavailable } from '@stepgate/engine';
import type { AddressIntel } from '@stepgate/assessment';
import { parseAddress } from './address.js';
import type { GeoSource } from './geo/geo-source.js';
import type { IntelStatus } from './intel-status.js';
import type { NetworkSource } from './networks/network-source.js';
import type { ReputationSource } from './reputation/reputation-source.js';
import { isSpecialPurpose } from './special-purpose.js';

export interface AddressIntelSources {
  readonly geo: GeoSource;
  readonly networks: NetworkSource;
  readonly reputation: ReputationSource;
}

type Intel = ReturnType<AddressIntel['lookUp']>;

const notAnAddress = unavailable('not an address');
const unparsed: Intel = { geo: notAnAddress, network: notAnAddress, reputation: notAnAddress };

/**
 * What is known of an address. A special-purpose one (private, documentation, multicast ...) has no
 * place and no network, and is on lists only where the operator put it there: `absent`, not clean.
 */
export const createAddressIntel = ({
  geo,
  networks,
  reputation,
}: AddressIntelSources): AddressIntel & { status(): readonly IntelStatus[] } => ({
  lookUp: (text) => {
    const address = parseAddress(text);
    if (address === null) return unparsed;
    if (isSpecialPurpose(address)) {
      const listed = reputation.lookUp(address, absent);
      const isClean = listed.state === 'observed' && listed.value.length === 0;
      return { geo: absent, network: absent, reputation: isClean ? absent : listed };
    }
    const network = networks.lookUp(address);
    return { geo: geo.lookUp(address), network, reputation: reputation.lookUp(address, network) };
  },
  status: () => [geo.status(), networks.status(), reputation.status()],
});
