import type { CompletionRequest, DecisionRequest, EventRequest } from '@stepgate/contracts';
import type { Authenticator, Instant, Outcome } from '@stepgate/engine';

export interface JudgedFinding {
  readonly reason: string;
  readonly points: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Answered {
  readonly decisionId: string;
  readonly outcome: Outcome;
  readonly score: number;
  readonly findings: readonly JudgedFinding[];
  /** Offered for the step-up, best first; empty when none is asked for. */
  readonly authenticators: readonly Authenticator[];
  /** To keep for the subject on this device; null: keep what there is. */
  readonly deviceToken: string | null;
}

/** The engine as its caller sees it, wherever it runs: each call at a time of its own. */
export interface DecisionPoint {
  decide(body: DecisionRequest, at: Instant): Promise<Answered>;
  /** Null: the decision is gone or used up. */
  complete(decisionId: string, body: CompletionRequest, at: Instant): Promise<Answered | null>;
  record(event: EventRequest, at: Instant): Promise<void>;
}
