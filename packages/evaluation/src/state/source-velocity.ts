import type { AdmissionRequest, EventRequest } from '@stepgate/assessment';
import type { Instant, SourceVelocity } from '@stepgate/engine';
import { blockOf, sourceOf } from './names.js';
import { provenBounds, sourceBounds, type Entries } from './subjects.js';
import {
  addLatest,
  addOnce,
  countWindows,
  countWithin,
  dayMs,
  getOrMake,
  hourMs,
  minuteMs,
  type TimedSet,
} from './timed-set.js';

/** A source that fails for more makes no bad network of a carrier or an office. */
const subjectsOfOneSource = 5;

const blockKey = (address: string): string => `block ${blockOf(address)}`;
const networkKey = (asn: number): string => `network ${String(asn)}`;

/** The trait is text, `none` where there is no network. */
const asnIn = ({ traits }: AdmissionRequest): number | null => {
  const asn = Number(traits.asn ?? NaN);
  return Number.isSafeInteger(asn) ? asn : null;
};

/** @param subjectProven whether the subject has proven a login from there. */
export const readVelocity = (
  entries: Entries,
  request: AdmissionRequest & { readonly address: string },
  { at, subjectProven }: { readonly at: Instant; readonly subjectProven: boolean },
): SourceVelocity => {
  const { counting, address } = request;
  const source = entries.knownSource(sourceOf(address));
  const block = entries.surroundings.get(blockKey(address));
  const asn = asnIn(request);
  const network = asn === null ? undefined : entries.surroundings.get(networkKey(asn));
  return {
    failures: countWindows(source?.failures, at, counting.sourceFailuresWindowMs),
    failedSubjects: countWindows(source?.failedSubjects, at, counting.sourceSubjectsWindowMs),
    blockSubjects: {
      tuned: countWithin(block, at, counting.blockSubjectsWindowMs),
      last10m: countWithin(block, at, 10 * minuteMs),
    },
    networkSubjects: {
      tuned: countWithin(network, at, counting.networkSubjectsWindowMs),
      last1h: countWithin(network, at, hourMs),
    },
    provenSubjects: countWithin(source?.provenSubjects, at, provenBounds.keptMs),
    subjectProven,
  };
};

interface Noted {
  readonly subject: string;
  readonly at: Instant;
  readonly now: Instant;
}

/** Against the source of a failed login, and against the networks around it. */
export const countFailure = (
  entries: Entries,
  { event, origin }: EventRequest,
  { source, subject, at, now }: Noted & { readonly source: string },
): void => {
  const { failures, failedSubjects } = entries.source(source);
  // Known by its subject as well: the same id of two subjects is two events.
  const failure = { member: `${subject}\n${event.id}`, at, now };
  const noted = { member: subject, at, now };
  if (addOnce(failures, failure, sourceBounds)) addLatest(failedSubjects, noted, sourceBounds);
  if (countWithin(failedSubjects, now, dayMs) > subjectsOfOneSource) return;
  const keys = [
    ...(origin.address === null ? [] : [blockKey(origin.address)]),
    ...(origin.asn === null ? [] : [networkKey(origin.asn)]),
  ];
  for (const key of keys) {
    const subjects = getOrMake(entries.surroundings, key, (): TimedSet => new Map());
    addLatest(subjects, noted, sourceBounds);
  }
};

/** Whose address the source is: an office and a carrier show by how many have signed in from there. */
export const noteProvenLogin = (
  entries: Entries,
  { learn }: EventRequest,
  { subject, at, now }: Noted,
): void => {
  const source = learn?.source ?? null;
  if (source === null) return;
  addLatest(entries.source(source).provenSubjects, { member: subject, at, now }, provenBounds);
};
