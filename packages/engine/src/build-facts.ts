import type { Instant } from './attempt.js';
import type { Evidence, PushCounts, WindowCounts } from './evidence.js';
import type { Facts } from './facts.js';
import { valueOf } from './signal.js';
import { travelSince } from './travel.js';

const dayMs = 86_400_000;

/** Leaves null and undefined out: a missing name makes a condition unmet, a null would be an error. */
const compact = (entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null && value !== undefined));

const windows = (prefix: string, counts: WindowCounts | undefined): Record<string, unknown> => ({
  [`${prefix}_10m`]: counts?.last10m,
  [`${prefix}_1h`]: counts?.last1h,
  [`${prefix}_24h`]: counts?.last24h,
});

const unansweredOf = (counts: PushCounts): number => counts.denied + counts.ignored + counts.reported;

const pushFacts = (evidence: Evidence): Record<string, unknown> => {
  const push = valueOf(evidence.push);
  if (push === null) return {};
  const facts: Record<string, unknown> = { since_success: push.sentSinceSuccess };
  for (const [suffix, counts] of [
    ['10m', push.last10m],
    ['1h', push.last1h],
    ['24h', push.last24h],
  ] as const) {
    for (const [result, count] of Object.entries(counts)) facts[`${result}_${suffix}`] = count;
    facts[`unanswered_${suffix}`] = unansweredOf(counts);
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

/** What expressions see of the evidence, before the score is known. */
export const buildFacts = (evidence: Evidence, now: Instant): Facts => {
  const { attempt } = evidence;
  const network = valueOf(evidence.network);
  const userAgent = valueOf(evidence.userAgent);
  const source = valueOf(evidence.source);
  const { subject, action, resource } = attempt;
  return {
    subject: { type: subject.type, id: subject.id, groups: attempt.groups, properties: subject.properties },
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
    velocity: compact({
      ...windows('subject_failures', valueOf(evidence.subjectFailures) ?? undefined),
      ...windows('source_failures', source?.failures),
      ...windows('source_subjects', source?.failedSubjects),
    }),
    push: pushFacts(evidence),
    history: compact({ logins: valueOf(evidence.history)?.logins }),
    hour: new Date(now).getUTCHours(),
    now: now / 1000,
  };
};
