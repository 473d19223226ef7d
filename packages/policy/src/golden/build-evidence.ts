import type { Evidence, Instant, Policy, SignalName } from '@stepgate/engine';
import { absent, observed, stateSignals, unavailable } from '@stepgate/engine';
import { buildFamiliarity } from './build-familiarity.js';
import { buildHistory, usual } from './build-history.js';
import { attemptOf, limitsOf, pushOf, sourceOf, windowOf } from './build-signals.js';
import type { Given } from './given-schema.js';
import { signalWords } from './given-schema.js';

const placeOf = ({ place = {} }: Given): Evidence['geo'] => {
  const { latitude, longitude } = place;
  // Another country than the usual one, and no coordinates: then only the country is known.
  const elsewhere = place.country !== undefined && place.country !== usual.country;
  const coordinates =
    latitude === undefined || longitude === undefined
      ? elsewhere
        ? null
        : usual.point
      : { latitude, longitude };
  return observed({
    country: place.country ?? usual.country,
    region: place.region ?? null,
    city: place.city ?? (elsewhere ? null : usual.city),
    timezone: null,
    point:
      coordinates === null
        ? null
        : { ...coordinates, precisionKm: place.precision_km ?? usual.precisionKm },
  });
};

const userAgentOf = ({ user_agent: written = {} }: Given): Evidence['userAgent'] =>
  observed({
    browser: written.browser === undefined ? 'Firefox' : written.browser,
    browserVersion: null,
    os: written.os === undefined ? 'Windows' : written.os,
    osVersion: null,
    deviceType: written.device_type ?? 'desktop',
    automated: written.automated ?? false,
  });

const lockOf = ({ lock }: Given, now: Instant): Evidence['lock'] =>
  observed(
    lock === undefined
      ? null
      : {
          reason: lock.reason,
          since: now - 60_000,
          until: now + lock.ends_in,
          exceptKnownDevice: lock.except_known_device ?? false,
        },
  );

const observedEvidence = (given: Given, policy: Policy, now: Instant): Evidence => ({
  attempt: attemptOf(given),
  address: observed(given.address ?? usual.address),
  network: observed({
    asn: given.network?.asn ?? usual.asn,
    org: given.network?.org ?? 'Example Broadband',
  }),
  geo: placeOf(given),
  reputation: observed(given.listed ?? []),
  userAgent: userAgentOf(given),
  device:
    given.device?.sent === false
      ? absent
      : observed({
          managed: given.device?.managed ?? null,
          named: given.device?.named ?? true,
          token: given.device?.token ?? 'none',
        }),
  history: observed(buildHistory(given, now)),
  familiarity: observed(buildFamiliarity(given)),
  subjectFailures: observed(windowOf(given.subject_failures)),
  subjectSources: observed(windowOf(given.subject_sources)),
  source: observed(sourceOf(given)),
  push: observed(pushOf(given, policy, now)),
  limits: observed(limitsOf(given, policy)),
  lock: lockOf(given, now),
  credentialBreachedAt: observed(
    given.credential_breached === undefined ? null : now - given.credential_breached,
  ),
  accountRiskAt: observed(given.account_risk === undefined ? null : now - given.account_risk),
});

const namesOf = (words: readonly string[] | undefined): readonly SignalName[] =>
  (words ?? []).flatMap((word) =>
    word === 'state'
      ? stateSignals
      : signalWords.filter((signal) => signal.word === word).map(({ name }) => name),
  );

/** The clean baseline with the overlay of one case laid over it. */
export const buildEvidence = (given: Given, policy: Policy, now: Instant): Evidence => ({
  ...observedEvidence(given, policy, now),
  ...Object.fromEntries(namesOf(given.absent).map((name) => [name, absent])),
  ...Object.fromEntries(
    namesOf(given.unavailable).map((name) => [name, unavailable('said so by the case')]),
  ),
});
