import type {
  AdmissionRequest,
  AttemptStore,
  Pseudonyms,
  SubjectState,
} from '@stepgate/assessment';
import type { Instant } from '@stepgate/engine';
import type { LimitCounters } from './limits.js';
import { pseudonymsOf, type Names } from './names.js';
import { readProfile } from './profile.js';
import { readVelocity } from './source-velocity.js';
import { noPushActivity, type Entries } from './subjects.js';
import { countWindows } from './timed-set.js';

export interface AttemptsDeps {
  readonly names: Names;
  readonly entries: Entries;
  readonly limits: LimitCounters;
}

/** UUID v7 in form; a count in place of chance, so that two replays are the same to the byte. */
const createDecisionIds = (): ((at: Instant) => string) => {
  let given = 0;
  return (at) => {
    given += 1;
    const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0');
    const count = given.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`;
  };
};

/** A replay moves time; an attempt without one would be of today. */
export const timeOf = (now: Instant | null): Instant => {
  if (now === null) throw new TypeError('a replay gives each request its time');
  return now;
};

interface Counted {
  readonly subject: string;
  readonly source: string | null;
  readonly operation: string;
  readonly knownDevice: string | null;
}

const limitsOf = (
  { limits }: AttemptsDeps,
  request: AdmissionRequest,
  { subject, source, operation, knownDevice }: Counted,
): SubjectState['limits'] => {
  const { counting, tenant } = request;
  const now = timeOf(request.now);
  const common = { operation, knownDevice: null };
  return [
    ...limits.count(counting, { per: 'subject', by: subject, operation, knownDevice }, now),
    ...(source === null
      ? []
      : limits.count(counting, { per: 'source', by: source, ...common }, now)),
    ...limits.count(counting, { per: 'tenant', by: tenant, ...common }, now),
  ];
};

const stateOf = (
  deps: AttemptsDeps,
  request: AdmissionRequest,
  { decisionId, pseudonyms }: { readonly decisionId: string; readonly pseudonyms: Pseudonyms },
): SubjectState => {
  const at = timeOf(request.now);
  const { address, counting } = request;
  const { subject, source, device } = pseudonyms;
  const entry = deps.entries.subject(subject);
  const known = readProfile(entry.profile, { ...pseudonyms, at });
  const subjectProven = (known.ownTraits.address ?? 0) > 0;
  return {
    ...known,
    subjectFailures: countWindows(entry.failures, at, counting.subjectFailuresWindowMs),
    subjectSources: countWindows(entry.failingSources, at, counting.subjectSourcesWindowMs),
    source:
      address === null
        ? null
        : readVelocity(deps.entries, { ...request, address }, { at, subjectProven }),
    push: noPushActivity,
    limits: limitsOf(deps, request, {
      subject,
      source,
      operation: decisionId,
      knownDevice: known.history.device === null ? null : device,
    }),
    lock: null,
    credentialBreachedAt: null,
    accountRiskAt: entry.riskAt,
  };
};

/** @throws TypeError for what a replay does not contain: attempt ids, and requests without a time. */
export const createReplayAttempts = (deps: AttemptsDeps): AttemptStore => {
  const nextDecisionId = createDecisionIds();
  const { names } = deps;
  return {
    admitAttempt: (request) => {
      if (request.attempt !== null) throw new TypeError('a replay tells no attempt twice');
      const at = timeOf(request.now);
      const pseudonyms = pseudonymsOf(names, request);
      const decisionId = nextDecisionId(at);
      const state = stateOf(deps, request, { decisionId, pseudonyms });
      return Promise.resolve({ kind: 'admitted', decisionId, at, pseudonyms, state });
    },
    pseudonymsOf: (asked) => pseudonymsOf(names, asked),
    newDecisionId: () => {
      throw new TypeError('the state of a replay is never unavailable');
    },
  };
};
