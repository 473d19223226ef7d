import type { Policy } from '@stepgate/engine';

export interface PolicyQuestion {
  readonly tenant: string;
  readonly application: string | null;
  readonly groups: readonly string[];
  readonly action: string | null;
}

export interface PolicySource {
  /** The first policy whose `applies_to` matches, else the default. There always is one. */
  policyFor(question: PolicyQuestion): Policy;
  byName(name: string): Policy | null;
}
