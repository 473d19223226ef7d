import type { Familiarity, TraitCounts } from '@stepgate/engine';
import { usual } from './build-history.js';
import type { Given } from './given-schema.js';

const everyone = 1_000_000;
const nobody = 0;

const countsOf = (address: number, userAgent: number): TraitCounts => ({
  address,
  asn: address,
  country: address,
  userAgent,
  browser: userAgent,
  os: userAgent,
  deviceType: userAgent,
  rtt: null,
  hour: null,
});

/** Counts of a tenant in which a tenth of the subject's logins give exactly the ratio asked for. */
const forRatio = (ratio: number | undefined): number =>
  ratio === undefined ? 40 : (ratio * everyone) / 10;

/** What was never said to be unlikely looks like all of the subject's logins and nobody else's. */
export const buildFamiliarity = ({ history, likelihood }: Given): Familiarity => {
  const logins = history === 'none' ? 0 : (history?.logins ?? usual.logins);
  if (likelihood === 'insufficient') {
    return { logins, own: countsOf(nobody, nobody), population: null };
  }
  const { address, user_agent: userAgent } = likelihood ?? {};
  const ownOf = (ratio: number | undefined): number => (ratio === undefined ? logins : logins / 10);
  return {
    logins,
    own: countsOf(ownOf(address), ownOf(userAgent)),
    population: {
      logins: everyone,
      subjects: everyone,
      returns: everyone / 2,
      counts: countsOf(forRatio(address), forRatio(userAgent)),
      distinct: {
        address: 0,
        asn: 0,
        country: 0,
        userAgent: 0,
        browser: 0,
        os: 0,
        deviceType: 0,
        rtt: 0,
        hour: 0,
      },
    },
  };
};
