import type { Instant } from '../attempt.js';
import type { Evidence } from '../evidence.js';
import type { BuiltInFinding } from '../findings.js';
import { asnUnseen } from './asn-unseen.js';
import { countryUnseen } from './country-unseen.js';
import { credentialBreached } from './credential-breached.js';
import type { Detector, FindingOf, SettingValue } from './detector.js';
import { deviceUnseen } from './device-unseen.js';
import { hourUnusual } from './hour-unusual.js';
import { ipListed } from './ip-listed.js';
import { limitExceeded } from './limit-exceeded.js';
import { pushApprovedAfterDenials } from './push-approved-after-denials.js';
import { sourceFailures } from './source-failures.js';
import { sourceSpraying } from './source-spraying.js';
import { subjectFailures } from './subject-failures.js';
import { travelImpossible } from './travel-impossible.js';
import { userAgentAutomated } from './user-agent-automated.js';

/**
 * All detectors, in the order in which their reasons are listed. Adding one is one file, one line
 * here, and its reason in findings.ts. (`push_fatigue` is the policy's ladder, see ladder.ts.)
 */
export const detectors = {
  device_unseen: deviceUnseen,
  country_unseen: countryUnseen,
  asn_unseen: asnUnseen,
  hour_unusual: hourUnusual,
  travel_impossible: travelImpossible,
  ip_listed: ipListed,
  user_agent_automated: userAgentAutomated,
  subject_failures: subjectFailures,
  source_failures: sourceFailures,
  source_spraying: sourceSpraying,
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
  country_unseen: countryUnseen.defaults,
  asn_unseen: asnUnseen.defaults,
  hour_unusual: hourUnusual.defaults,
  travel_impossible: travelImpossible.defaults,
  ip_listed: ipListed.defaults,
  user_agent_automated: userAgentAutomated.defaults,
  subject_failures: subjectFailures.defaults,
  source_failures: sourceFailures.defaults,
  source_spraying: sourceSpraying.defaults,
  limit_exceeded: limitExceeded.defaults,
  push_approved_after_denials: pushApprovedAfterDenials.defaults,
  credential_breached: credentialBreached.defaults,
};

/** The same table, typed so that TypeScript sees each detector beside its own settings. */
const table: { readonly [N in DetectorName]: Detector<N, (typeof detectors)[N]['defaults']> } =
  detectors;

export const runDetectors = (
  evidence: Evidence,
  settings: DetectorSettings,
  now: Instant,
): BuiltInFinding[] => {
  const detect = <N extends DetectorName>(name: N): FindingOf<N> | null => {
    const tuned = settings[name];
    return tuned === null ? null : table[name].detect(evidence, tuned, now);
  };
  return detectorNames.flatMap((name) => detect(name) ?? []);
};

export type { Detector, SettingValue };
