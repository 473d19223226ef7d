export { createAddressIntel } from './create-address-intel.js';
export { createGeoipLite } from './geo/geoip-lite.js';
export { createMmdbGeo } from './geo/mmdb-geo.js';
export { createMmdbNetworks } from './networks/mmdb-networks.js';
export { createPackagedNetworks, packNetworks } from './networks/packaged-networks.js';
export { createNoReputation } from './reputation/no-reputation.js';
export { createReputationLists } from './reputation/reputation-lists.js';
export type { AddressIntelSources } from './create-address-intel.js';
export type { GeoSource } from './geo/geo-source.js';
export type { IntelStatus } from './intel-status.js';
export type { NetworkSource } from './networks/network-source.js';
export type { ReputationSource } from './reputation/reputation-source.js';
export type {
  ReputationLists,
  ReputationListsOptions,
  ReputationStatus,
} from './reputation/reputation-lists.js';
