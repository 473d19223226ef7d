import type { AlertSeverity, Instant } from '@stepgate/engine';

export const alertKinds = ['push_fatigue', 'push_approved_after_denials'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** An alert as it leaves the outbox: opened, so that a human learns who is under attack. */
export interface Alert {
  /** Stable over every retry and every worker; the webhook id. No dots (Standard Webhooks). */
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly tenant: string;
  readonly subject: { readonly type: string; readonly id: string };
  readonly policy: string;
  /** Prompts counted when the alert was raised. */
  readonly count: number;
  readonly windowMs: number;
  /** The first counted prompt of the window, and the one that raised the alert. */
  readonly since: Instant;
  readonly at: Instant;
  /** What the event said of itself: address, country, device. */
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Alert at rest (outbox and queue): the parts that name a person are sealed with the deployment's
 * key, so that neither Redis nor its dumps hold a raw user id.
 */
export interface SealedAlert extends Omit<Alert, 'subject' | 'context'> {
  readonly sealed: string;
}

export interface OutboxEntry {
  /** Opaque to all but the outbox. */
  readonly receipt: string;
  readonly alert: SealedAlert;
  readonly writtenAt: Instant;
}

/** Written by the event script; drained by the relay. At-least-once: an entry stays until removed. */
export interface AlertOutbox {
  /** Oldest first per shard; the same entries again until they are removed. */
  peek(limit: number): Promise<readonly OutboxEntry[]>;
  remove(entries: readonly OutboxEntry[]): Promise<void>;
}

export interface AlertSeal {
  open(sealed: string): Pick<Alert, 'subject' | 'context'>;
}
