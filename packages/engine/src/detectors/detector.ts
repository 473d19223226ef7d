import type { Instant } from '../attempt.js';
import type { Evidence } from '../evidence.js';
import type { BuiltInFinding, ReasonCode } from '../findings.js';

/** A setting that a policy may tune. The kind decides how the YAML is read and bounded. */
export type SettingValue = number | Readonly<Record<string, number>>;

/**
 * One detector: a reason code, the settings that a policy may tune (with their defaults), and a pure
 * look at the evidence. It speaks with a finding or stays silent; what it cannot see costs
 * `signal_unavailable`, which is not its business.
 *
 * Setting names carry their unit: `…Ms` is a duration (`window: 10m` in YAML is `windowMs` here).
 */
export interface Detector<
  R extends ReasonCode = ReasonCode,
  S extends Readonly<Record<string, SettingValue>> = Readonly<Record<string, SettingValue>>,
> {
  readonly reason: R;
  readonly defaults: S;
  detect(evidence: Evidence, settings: S, now: Instant): FindingOf<R> | null;
}

export type FindingOf<R extends ReasonCode> = Extract<BuiltInFinding, { reason: R }>;
