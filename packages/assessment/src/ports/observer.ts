import type { Decision, Evidence, Policy } from '@stepgate/engine';
import type { EventType } from '../event.js';

/** Told of everything that happened, for metrics and logs. Must not throw and must not wait. */
export interface AssessmentObserver {
  decided(told: {
    readonly decision: Decision;
    readonly evidence: Evidence;
    readonly policy: Policy;
    readonly decisionId: string;
    readonly subject: string;
    readonly durationMs: number;
    readonly kind: 'decision' | 'completion';
  }): void;
  eventRecorded(told: { readonly type: EventType; readonly fresh: boolean; readonly alerts: number }): void;
}
