import type { Instant } from '../attempt.js';
import type { Evidence } from '../evidence.js';
import type { BuiltInFinding, ReasonCode } from '../findings.js';
import { asnUnseen } from './asn-unseen.js';
import { countryUnseen } from './country-unseen.js';
import { credentialBreached } from './credential-breached.js';
import type { Detector, SettingValue } from './detector.js';
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

const runOne = <N extends DetectorName>(
  name: N,
  evidence: Evidence,
  settings: DetectorSettings,
  now: Instant,
): BuiltInFinding | null => {
  const tuned = settings[name];
  if (tuned === null) return null;
  // The table pairs each detector with its own settings; TypeScript cannot follow that per key.
  const detector = detectors[name] as unknown as Detector<ReasonCode, Record<string, SettingValue>>;
  return detector.detect(evidence, tuned as Record<string, SettingValue>, now);
};

export const runDetectors = (
  evidence: Evidence,
  settings: DetectorSettings,
  now: Instant,
): BuiltInFinding[] =>
  detectorNames
    .map((name) => runOne(name, evidence, settings, now))
    .filter((finding) => finding !== null);

export type { Detector, SettingValue };
