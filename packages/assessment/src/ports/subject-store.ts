import type { AlertSeverity, Instant, Lock, PushActivity, SubjectRef } from '@stepgate/engine';
import type { AlertKind } from '../alert.js';
import type { DecisionRecord } from '../decision-record.js';
import type { CountingRules, DevNow } from './attempt-store.js';

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
  readonly accountRiskAt: Instant | null;
  readonly push: PushActivity;
  /** The alert that is open. */
  readonly alert: {
    readonly id: string;
    readonly kind: AlertKind;
    readonly severity: AlertSeverity;
    readonly openedAt: Instant;
    readonly at: Instant;
    readonly count: number;
  } | null;
}

/** All that is kept of a subject, for its own request (GDPR Art. 15). Pseudonyms as they are kept. */
export interface SubjectExport {
  readonly view: SubjectView;
  readonly places: readonly {
    readonly latitude: number;
    readonly longitude: number;
    readonly precisionKm: number;
    readonly at: Instant;
  }[];
  /** How often its proven logins had which value; hashed where a value may name somebody. */
  readonly traits: readonly {
    readonly kind: string;
    readonly value: string;
    readonly logins: number;
  }[];
  /** Of the last 24 hours, the latest 100. */
  readonly decisions: readonly DecisionRecord[];
  /** Attempts that its own limits count now, from devices that are not known. */
  readonly limits: readonly { readonly name: string; readonly count: number }[];
}

/** @throws StateUnavailableError on every method. */
export interface SubjectStore {
  /** Null when nothing is known. */
  viewSubject(asked: {
    readonly tenant: string;
    readonly subject: SubjectRef;
    readonly counting: CountingRules;
    readonly now: DevNow;
  }): Promise<SubjectView | null>;
  /** Null when nothing is known. */
  exportSubject(asked: {
    readonly tenant: string;
    readonly subject: SubjectRef;
    readonly counting: CountingRules;
    readonly now: DevNow;
  }): Promise<SubjectExport | null>;
  /** Forgets the subject; a live lock stays, or erasure would be a way out of it. */
  eraseSubject(tenant: string, subject: SubjectRef, now?: DevNow): Promise<void>;
}
