import type { AlertSeverity, Instant, PushCounts, SubjectRef } from '@stepgate/engine';

export const alertKinds = ['push_fatigue', 'push_approved_after_denials', 'push_campaign'] as const;
/** An alert of `push_fatigue` becomes one of `push_approved_after_denials` when the victim gave in. */
export type AlertKind = (typeof alertKinds)[number];

export const alertPhases = ['opened', 'updated', 'escalated', 'closed'] as const;
/** What a message says of its alert. One alert is open per subject (or campaign) at a time. */
export type AlertPhase = (typeof alertPhases)[number];

export const alertClosers = ['quiet', 'feedback_legitimate', 'feedback_compromised'] as const;
export type AlertCloser = (typeof alertClosers)[number];

/** What the engine has done by itself since the alert was opened, mildest first. */
export const alertActions = [
  'number_matching_required',
  'push_forbidden',
  'phishing_resistant_required',
  'unknown_devices_denied',
  'subject_denied',
  'subject_held',
  'approval_refused',
] as const;
export type AlertAction = (typeof alertActions)[number];

/** Where prompts came from. */
export interface AlertSource {
  /** Null where it is not known. */
  readonly country: string | null;
  readonly asn: number | null;
  readonly address: string | null;
  readonly prompts: number;
  readonly lastAt: Instant;
}

export const campaignScopes = ['source', 'network', 'tenant'] as const;
/** One address, one autonomous system, or a whole tenant: what the attacked subjects have in common. */
export type CampaignScope = (typeof campaignScopes)[number];

export interface Campaign {
  readonly scope: CampaignScope;
  readonly subjects: number;
  /** Some of them, at most ten. */
  readonly sample: readonly SubjectRef[];
}

/** One message about an alert, as a human reads it. Times are milliseconds since the epoch. */
export interface Alert {
  /**
   * Of this message: stable over every retry and every worker; the webhook id. No dots (Standard
   * Webhooks), no colons and no bare integers (BullMQ).
   */
  readonly id: string;
  /** Of the alert: the same from opened to closed. */
  readonly alertId: string;
  /** Counts what has happened to the alert; a message of a lower revision is older news. */
  readonly revision: number;
  readonly kind: AlertKind;
  readonly phase: AlertPhase;
  readonly severity: AlertSeverity;
  readonly tenant: string;
  readonly policy: string;
  /** Null for a campaign. */
  readonly subject: SubjectRef | null;
  /** When the alert was opened, by the first counted prompt, and by the latest. */
  readonly openedAt: Instant;
  readonly since: Instant;
  readonly at: Instant;
  /** What the ladder counted when this was written, over `windowMs`; for a campaign, its subjects. */
  readonly count: number;
  readonly windowMs: number;
  /** Prompts by result since `since`; those that ran out without an answer are ignored ones. */
  readonly prompts: PushCounts;
  readonly approvedAt: Instant | null;
  /** The busiest, at most ten of `sourceCount`. */
  readonly sources: readonly AlertSource[];
  readonly sourceCount: number;
  /** Pseudonyms, at most ten of `deviceCount`. */
  readonly devices: readonly string[];
  readonly deviceCount: number;
  readonly actions: readonly AlertAction[];
  readonly closedBy: AlertCloser | null;
  readonly campaign: Campaign | null;
}

export interface SealedSource extends Omit<AlertSource, 'address'> {
  readonly sealedAddress: string | null;
}

export interface SealedCampaign extends Omit<Campaign, 'sample'> {
  readonly sealedSample: readonly string[];
}

/**
 * Alert at rest (outbox and queue): the parts that name a person are sealed with the deployment's
 * key, so that neither Redis nor its dumps hold a raw user id or address.
 */
export interface SealedAlert extends Omit<Alert, 'subject' | 'sources' | 'campaign'> {
  readonly sealedSubject: string | null;
  readonly sources: readonly SealedSource[];
  readonly campaign: SealedCampaign | null;
}

/** Stands for a subject that was erased after the alert was raised: who it was cannot be read any more. */
export const forgottenSubject: SubjectRef = { type: 'forgotten', id: 'forgotten' };

export interface AlertSeal {
  /**
   * What names an erased subject is gone: `forgottenSubject` in its place, null for an address.
   *
   * @throws AlertUnreadableError when it was sealed under another secret, or was changed;
   * StateUnavailableError when the keys of the subjects cannot be read.
   */
  open(alert: SealedAlert): Promise<Alert>;
}
