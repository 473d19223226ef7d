import type { Instant } from '@stepgate/engine';
import type { SealedAlert } from '../alert.js';

export interface OutboxEntry {
  /** Opaque to all but the outbox. */
  readonly receipt: string;
  readonly alert: SealedAlert;
  readonly writtenAt: Instant;
}

/**
 * Written by the scripts that count events; drained by the relay. At-least-once: an entry stays until
 * it is removed, and what was removed stays known as undelivered until it is settled.
 */
export interface AlertOutbox {
  /** Oldest first per shard; the same entries again until they are removed. */
  peek(limit: number): Promise<readonly OutboxEntry[]>;
  remove(entries: readonly OutboxEntry[]): Promise<void>;
  /** Remembers messages as undelivered, before they are removed. Keyed by the message's id. */
  hold(alerts: readonly SealedAlert[], now: Instant): Promise<void>;
  /** What is held longer than `ageMs`, at most `limit`: the queue may have lost it. */
  overdue(asked: {
    readonly now: Instant;
    readonly ageMs: number;
    readonly limit: number;
  }): Promise<readonly SealedAlert[]>;
  /** The message has reached its sinks or the dead letters. */
  settle(id: string): Promise<void>;
  /** How many are held, and since when the oldest is; null when none is. */
  heldState(): Promise<{ readonly count: number; readonly oldestAt: Instant | null }>;
}
