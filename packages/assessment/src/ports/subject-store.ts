import type { Instant, Lock, SubjectRef } from '@stepgate/engine';
import type { DevNow } from './attempt-store.js';

/** What is known of a subject. Pseudonyms stand for devices. */
export interface SubjectView {
  readonly logins: number;
  readonly lastLoginAt: Instant | null;
  readonly devices: readonly {
    readonly id: string;
    readonly firstSeenAt: Instant;
    readonly lastSeenAt: Instant;
    readonly trusted: boolean;
  }[];
  readonly countries: readonly string[];
  readonly asns: readonly number[];
  readonly loginsByHour: readonly number[];
  readonly failures24h: number;
  readonly pushPrompts24h: Readonly<Record<string, number>>;
  readonly lock: Lock | null;
  readonly credentialBreachedAt: Instant | null;
}

/** @throws StateUnavailableError on every method. */
export interface SubjectStore {
  /** Null when nothing is known. */
  viewSubject(tenant: string, subject: SubjectRef, now: DevNow): Promise<SubjectView | null>;
  /** Forgets the subject; a live lock stays, or erasure would be a way out of it. */
  eraseSubject(tenant: string, subject: SubjectRef, now?: DevNow): Promise<void>;
}
