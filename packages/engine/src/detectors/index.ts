import type { Instant } from '../attempt.js';
import type { Evidence } from '../evidence.js';
import type { BuiltInFinding } from '../findings.js';
import { asnUnseen } from './asn-unseen.js';
import { countryUnseen } from './country-unseen.js';
import { credentialBreached } from './credential-breached.js';
import type { Detector, SettingValue } from './detector.js';
import { deviceTokenInvalid } from './device-token-invalid.js';
import { deviceUnseen } from './device-unseen.js';
import { historyUnlikely } from './history-unlikely.js';
import { hourUnusual } from './hour-unusual.js';
import { ipListed } from './ip-listed.js';
import { limitExceeded } from './limit-exceeded.js';
import { networkSpraying } from './network-spraying.js';
import { pushApprovedAfterDenials } from './push-approved-after-denials.js';
import { sourceFailures } from './source-failures.js';
import { sourceSpraying } from './source-spraying.js';
import { subjectFailures } from './subject-failures.js';
import { subjectStuffing } from './subject-stuffing.js';
import { travelImpossible } from './travel-impossible.js';
import { travelUnconfirmed } from './travel-unconfirmed.js';
import { userAgentAutomated } from './user-agent-automated.js';

/**
 * All detectors, in the order in which their reasons are listed. Adding one is one file, one line
 * here, and its reason in findings.ts. (`push_fatigue` is the policy's ladder, see ladder.ts.)
 */
export const detectors = {
  device_unseen: deviceUnseen,
  device_token_invalid: deviceTokenInvalid,
  country_unseen: countryUnseen,
  asn_unseen: asnUnseen,
  hour_unusual: hourUnusual,
  history_unlikely: historyUnlikely,
  travel_impossible: travelImpossible,
  travel_unconfirmed: travelUnconfirmed,
  ip_listed: ipListed,
  user_agent_automated: userAgentAutomated,
  subject_failures: subjectFailures,
  subject_stuffing: subjectStuffing,
  source_failures: sourceFailures,
  source_spraying: sourceSpraying,
  network_spraying: networkSpraying,
  limit_exceeded: limitExceeded,
  push_approved_after_denials: pushApprovedAfterDenials,
  credential_breached: credentialBreached,
} as const;

export type DetectorName = keyof typeof detectors;
// eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- Object.keys forgets the keys of a closed table
export const detectorNames = Object.keys(detectors) as readonly DetectorName[];

/** Null: switched off by the policy. */
export type DetectorSettings = {
  readonly [N in DetectorName]: (typeof detectors)[N]['defaults'] | null;
};

export const defaultDetectorSettings: DetectorSettings = {
  device_unseen: deviceUnseen.defaults,
  device_token_invalid: deviceTokenInvalid.defaults,
  country_unseen: countryUnseen.defaults,
  asn_unseen: asnUnseen.defaults,
  hour_unusual: hourUnusual.defaults,
  history_unlikely: historyUnlikely.defaults,
  travel_impossible: travelImpossible.defaults,
  travel_unconfirmed: travelUnconfirmed.defaults,
  ip_listed: ipListed.defaults,
  user_agent_automated: userAgentAutomated.defaults,
  subject_failures: subjectFailures.defaults,
  subject_stuffing: subjectStuffing.defaults,
  source_failures: sourceFailures.defaults,
  source_spraying: sourceSpraying.defaults,
  network_spraying: networkSpraying.defaults,
  limit_exceeded: limitExceeded.defaults,
  push_approved_after_denials: pushApprovedAfterDenials.defaults,
  credential_breached: credentialBreached.defaults,
};

/** The same table, typed so that TypeScript sees each detector beside its own settings. */
const table: {
  readonly [N in DetectorName]: {
    detect(
      evidence: Evidence,
      settings: (typeof detectors)[N]['defaults'],
      now: Instant,
    ): BuiltInFinding | null;
  };
} = detectors;

export const runDetectors = (
  evidence: Evidence,
  settings: DetectorSettings,
  now: Instant,
): BuiltInFinding[] => {
  // The type parameter ties each detector to its own settings.
  const detect = <N extends DetectorName>(
    name: N,
    one: (typeof table)[N],
  ): BuiltInFinding | null => {
    const tuned = settings[name];
    return tuned === null ? null : one.detect(evidence, tuned, now);
  };
  return detectorNames.flatMap((name) => detect(name, table[name]) ?? []);
};

export type { Detector, SettingValue };
