import type { PopulationParameters } from './parameters.js';

/** Not calibrated yet. */
export const calibratedParameters: PopulationParameters = {
  days: 390,
  logLoginsMean: Math.log(2),
  logLoginsDeviation: 1.15,
  newHomeAddress: 0.18,
  carrier: 0.3,
  ownsSecondDevice: 0.35,
  usesSecondDevice: 0.25,
  browserUpgrade: 0.1,
  travel: 0.01,
  vpn: 0.01,
  privateWindow: 0.01,
  userAgentConcentration: 2,
};
