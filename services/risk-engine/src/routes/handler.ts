import type { DevNow } from '@stepgate/assessment';
import type { Instant } from '@stepgate/engine';
import type { ProblemCode, Scope } from '@stepgate/contracts';

/** What a handler sees of a request: who asks, when, and the checked parts. */
export interface Call {
  readonly tenant: string;
  readonly devNow: DevNow;
  readonly receivedAt: Instant;
  readonly parameters: Readonly<Record<string, string>>;
  /** Those that the contract names for the operation, in lower case; empty where one was not sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, depth and size bounded, not yet checked against the schema; of a document, its text. */
  readonly body: unknown;
  /** SHA-256 of the body's bytes; empty when there is no body. */
  readonly bodyHash: () => string;
}

export type Answer =
  | { readonly status: 200 | 202 | 204; readonly body: unknown }
  | {
      readonly problem: ProblemCode;
      readonly detail: string;
      readonly errors?: { path: string; message: string }[];
    };

export type Handler = (call: Call) => Promise<Answer> | Answer;

export interface Caller {
  readonly id: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Null: as many as any other caller. */
  readonly maxPerSecond: number | null;
}
