import type { Instant } from './attempt.js';
import { pushResults, unansweredOf, type Evidence } from './evidence.js';
import type { Facts } from './facts.js';
import { valueOf } from './signal.js';
import { likelihoodOf, likelihoodRatio } from './likelihood.js';
import { travelSince } from './travel.js';

const dayMs = 86_400_000;

/** Leaves null and undefined out: a missing name makes a condition unmet, a null would be an error. */
const compact = (entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const present: Record<string, unknown> = {};
  for (const name of Object.keys(entries)) {
    const value = entries[name];
    if (value !== null && value !== undefined) present[name] = value;
  }
  return present;
};

/** Made once: names put together anew for each attempt cost more than all detectors. */
const pushNames = (['10m', '1h', '24h'] as const).map((window) => ({
  window,
  results: pushResults.map((result) => ({ result, name: `${result}_${window}` })),
  unanswered: `unanswered_${window}`,
}));

const pushFacts = (evidence: Evidence): Readonly<Record<string, unknown>> => {
  const push = valueOf(evidence.push);
  if (push === null) return {};
  const facts: Record<string, unknown> = {
    ladder: push.ladder,
    pending: push.pending,
    since_success: push.sentSinceSuccess,
  };
  const counted = { '10m': push.last10m, '1h': push.last1h, '24h': push.last24h };
  for (const { window, results, unanswered } of pushNames) {
    const counts = counted[window];
    for (const { result, name } of results) facts[name] = counts[result];
    facts[unanswered] = unansweredOf(counts);
  }
  return facts;
};

const deviceFacts = (evidence: Evidence, now: Instant): Record<string, unknown> => {
  const history = valueOf(evidence.history);
  const known = history?.device ?? null;
  return {
    managed: valueOf(evidence.device)?.managed,
    known: history === null ? null : known !== null,
    trusted: history === null ? null : (known?.trusted ?? false),
    age_days: known === null ? null : Math.max(0, (now - known.firstSeenAt) / dayMs),
    last_seen_days: known === null ? null : Math.max(0, (now - known.lastSeenAt) / dayMs),
    token: valueOf(evidence.device)?.token,
  };
};

const geoFacts = (evidence: Evidence, now: Instant): Record<string, unknown> => {
  const place = valueOf(evidence.geo);
  const travel = travelSince(evidence, now);
  return {
    country: place?.country,
    region: place?.region,
    city: place?.city,
    precision_km: place?.point?.precisionKm,
    distance_km: travel?.distanceKm,
    speed_kmh: travel?.speedKmh,
  };
};

const velocityFacts = (evidence: Evidence): Readonly<Record<string, unknown>> => {
  const subjectFailures = valueOf(evidence.subjectFailures);
  const subjectSources = valueOf(evidence.subjectSources);
  const source = valueOf(evidence.source);
  return {
    subject_failures_10m: subjectFailures?.last10m,
    subject_failures_1h: subjectFailures?.last1h,
    subject_failures_24h: subjectFailures?.last24h,
    subject_sources_10m: subjectSources?.last10m,
    subject_sources_1h: subjectSources?.last1h,
    subject_sources_24h: subjectSources?.last24h,
    source_failures_10m: source?.failures.last10m,
    source_failures_1h: source?.failures.last1h,
    source_failures_24h: source?.failures.last24h,
    source_subjects_10m: source?.failedSubjects.last10m,
    source_subjects_1h: source?.failedSubjects.last1h,
    source_subjects_24h: source?.failedSubjects.last24h,
    block_subjects_10m: source?.blockSubjects.last10m,
    network_subjects_1h: source?.networkSubjects.last1h,
  };
};

/** The published ratio over address and user agent; none while there is too little to compare with. */
const historyFacts = (evidence: Evidence): Record<string, unknown> => {
  const familiarity = valueOf(evidence.familiarity);
  const likelihood =
    familiarity === null ? null : likelihoodOf(familiarity, { minLogins: 1, minPopulation: 100 });
  return {
    logins: valueOf(evidence.history)?.logins,
    score:
      likelihood?.kind === 'scored'
        ? likelihoodRatio(likelihood.ratios, ['address', 'user_agent'])
        : null,
  };
};

/** What expressions see of the evidence, before the score is known. */
export const buildFacts = (evidence: Evidence, now: Instant): Facts => {
  const { attempt } = evidence;
  const network = valueOf(evidence.network);
  const userAgent = valueOf(evidence.userAgent);
  const { subject, action, resource } = attempt;
  return {
    subject: {
      type: subject.type,
      id: subject.id,
      groups: attempt.groups,
      properties: subject.properties,
    },
    action: { name: action.name, properties: action.properties },
    resource: { type: resource.type, id: resource.id, properties: resource.properties },
    context: attempt.context,
    ip: compact({
      address: valueOf(evidence.address),
      asn: network?.asn,
      org: network?.org,
      categories: valueOf(evidence.reputation),
    }),
    geo: compact(geoFacts(evidence, now)),
    device: compact(deviceFacts(evidence, now)),
    user_agent: compact({
      browser: userAgent?.browser,
      os: userAgent?.os,
      device_type: userAgent?.deviceType,
      automated: userAgent?.automated,
    }),
    velocity: compact(velocityFacts(evidence)),
    push: pushFacts(evidence),
    history: compact(historyFacts(evidence)),
    hour: new Date(now).getUTCHours(),
    now: now / 1000,
  };
};
