import type { Authenticator, Decision, Evidence, EventType, Policy } from '@stepgate/engine';
import type { DecisionRecord } from '../decision-record.js';

/** Told of everything that happened, for metrics and logs. Must not throw and must not wait. */
export interface AssessmentObserver {
  decided(told: {
    readonly decision: Decision;
    readonly evidence: Evidence;
    readonly policy: Policy;
    readonly decisionId: string;
    /** Pseudonym. */
    readonly subject: string;
    readonly durationMs: number;
  }): void;
  completed(told: {
    readonly decision: Decision;
    readonly record: DecisionRecord;
    readonly authenticator: Authenticator;
    readonly durationMs: number;
  }): void;
  /** Of what must survive: whether it was known to be kept when it was answered. */
  secured(told: {
    readonly kind: 'decision' | 'completion' | 'event';
    readonly durable: boolean;
  }): void;
  eventRecorded(told: {
    readonly type: EventType;
    readonly fresh: boolean;
    readonly alerts: number;
    readonly rung: number | null;
  }): void;
}
