import type { Instant, PushActivity, PushCounts } from '@stepgate/engine';
import { createProfile, type Profile } from './profile.js';
import { dayMs, getOrMake, type Bounds, type TimedSet } from './timed-set.js';

/** What is kept of a subject between its attempts. */
export interface SubjectEntry {
  readonly profile: Profile;
  readonly failures: TimedSet;
  readonly failingSources: TimedSet;
  readonly seenEvents: TimedSet;
  /** Part of the guard: when a login went on at high risk. */
  riskAt: Instant | null;
}

export interface SourceEntry {
  readonly failures: TimedSet;
  readonly failedSubjects: TimedSet;
  /** Subjects with a proven login from there. */
  readonly provenSubjects: TimedSet;
}

export const subjectBounds = {
  failures: { keptMs: dayMs, cap: 256 },
  failingSources: { keptMs: dayMs, cap: 256 },
  seenEvents: { keptMs: dayMs, cap: 2_000 },
} as const satisfies Readonly<Record<string, Bounds>>;

export const sourceBounds: Bounds = { keptMs: dayMs, cap: 1_024 };
export const provenBounds: Bounds = { keptMs: 30 * dayMs, cap: 64 };

const noPrompts: PushCounts = { sent: 0, approved: 0, denied: 0, ignored: 0, reported: 0 };

/** A replay of logins sends no prompts. */
export const noPushActivity: PushActivity = {
  last10m: noPrompts,
  last1h: noPrompts,
  last24h: noPrompts,
  ladder: 0,
  since: null,
  latest: null,
  pending: 0,
  sentSinceSuccess: 0,
  unansweredBeforeApproval: 0,
};

export interface Entries {
  subject(pseudonym: string): SubjectEntry;
  source(pseudonym: string): SourceEntry;
  /** Without making one. */
  knownSource(pseudonym: string): SourceEntry | undefined;
  /** Subjects that failed in the networks around a source, by network. */
  readonly surroundings: Map<string, TimedSet>;
}

export const createEntries = (): Entries => {
  const subjects = new Map<string, SubjectEntry>();
  const sources = new Map<string, SourceEntry>();
  const newSubject = (): SubjectEntry => ({
    profile: createProfile(),
    failures: new Map(),
    failingSources: new Map(),
    seenEvents: new Map(),
    riskAt: null,
  });
  const newSource = (): SourceEntry => ({
    failures: new Map(),
    failedSubjects: new Map(),
    provenSubjects: new Map(),
  });
  return {
    subject: (pseudonym) => getOrMake(subjects, pseudonym, newSubject),
    source: (pseudonym) => getOrMake(sources, pseudonym, newSource),
    knownSource: (pseudonym) => sources.get(pseudonym),
    surroundings: new Map(),
  };
};
