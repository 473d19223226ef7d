import type { Authenticator } from './attempt.js';
import type { FindingOf } from './detectors/detector.js';
import { pushApprovedAfterDenials } from './detectors/push-approved-after-denials.js';
import { unansweredOf, type Place, type PushActivity } from './evidence.js';
import type { Finding } from './findings.js';
import { isPhishingResistant } from './outcome.js';
import type { Policy } from './policy.js';
import { valueOf, type Signal } from './signal.js';
import { isOnGlobe, leastDistanceKm } from './travel.js';

const mismatchDistanceKm = 300;

/** Over the policy's window; over the next longer one that is counted where none is as long. */
const unansweredWithin = (push: PushActivity, windowMs: number): number => {
  if (windowMs <= 600_000) return unansweredOf(push.last10m);
  return unansweredOf(windowMs <= 3_600_000 ? push.last1h : push.last24h);
};

/**
 * A tired approval is judged by what went before it, whether or not its own event has arrived. A
 * policy that switches the detector off saves the points; the approval is still not taken at its word.
 */
const tiredApproval = (
  push: PushActivity,
  policy: Policy,
): FindingOf<'push_approved_after_denials'> | null => {
  const settings = policy.detectors.push_approved_after_denials;
  const { unanswered: tiredAt, windowMs } = settings ?? pushApprovedAfterDenials.defaults;
  const unanswered = Math.max(unansweredWithin(push, windowMs), push.unansweredBeforeApproval);
  if (unanswered < tiredAt) return null;
  return {
    reason: 'push_approved_after_denials',
    points: settings?.points ?? 0,
    detail: { unanswered },
  };
};

const deviceMismatch = (
  loginPlace: Place | null,
  authenticatorPlace: Place | null,
): FindingOf<'device_mismatch'> | null => {
  if (loginPlace === null || authenticatorPlace === null) return null;
  const { point: login } = loginPlace;
  const { point: authenticator } = authenticatorPlace;
  // A point that lies nowhere proves no nearness.
  const broken = [login, authenticator].some((point) => point !== null && !isOnGlobe(point));
  const distance =
    login === null || authenticator === null || broken
      ? null
      : leastDistanceKm(login, authenticator);
  const sameCountry = loginPlace.country === authenticatorPlace.country;
  const near = !broken && (distance === null || distance <= mismatchDistanceKm);
  if (sameCountry && near) return null;
  return {
    reason: 'device_mismatch',
    points: 0,
    detail: {
      distance_km: distance === null ? null : Math.round(distance),
      countries: [loginPlace.country, authenticatorPlace.country],
    },
  };
};

/** Why an approval is not taken at its word. A phishing-resistant one proves presence by itself. */
export const doubtsAbout = (
  evidence: {
    readonly authenticator: Authenticator;
    readonly push: PushActivity;
    readonly loginPlace: Signal<Place>;
    readonly authenticatorPlace: Signal<Place>;
  },
  policy: Policy,
): readonly Finding[] => {
  if (isPhishingResistant(evidence.authenticator)) return [];
  return [
    evidence.authenticator === 'push' ? tiredApproval(evidence.push, policy) : null,
    deviceMismatch(valueOf(evidence.loginPlace), valueOf(evidence.authenticatorPlace)),
  ].filter((doubt) => doubt !== null);
};
