import type {
  Decision,
  Instant,
  Place,
  Policy,
  RuleVerdict,
  SignalName,
  SignalState,
} from '@stepgate/engine';
import { isPhishingResistant, type Authenticator } from '@stepgate/engine';
import type { Pseudonyms } from './pseudonyms.js';

export interface KeptSignal {
  readonly state: SignalState;
  readonly value?: unknown;
  readonly cause?: string;
}

/**
 * What is kept of a decision: enough to explain it, to judge its completion and to learn from the
 * login that it led to. Addresses, devices and subjects stand in it as pseudonyms only.
 */
export interface DecisionRecord {
  readonly decisionId: string;
  readonly attemptId: string;
  readonly at: Instant;
  readonly expiresAt: Instant;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly pseudonyms: Pseudonyms;
  /** What was decided; with a shadow policy, not what was answered. */
  readonly decision: Decision;
  /** A shadow policy answers allow, whatever it decided. */
  readonly shadow: boolean;
  readonly policy: Pick<Policy, 'name' | 'version'>;
  readonly verdicts: readonly RuleVerdict[];
  /**
   * State of each signal, and the value where it is no personal datum. A signal that is left out was
   * observed and is nothing to speak of: no failures, no prompts, no lock, on no list.
   */
  readonly evidence: Readonly<Partial<Record<SignalName, KeptSignal>>>;
  readonly place: Place | null;
  /** Null: no proven login had used the device by then. */
  readonly deviceFirstSeenAt: Instant | null;
  /** Whose device token an allow hands out; null: none is due. */
  readonly deviceToName: string | null;
  readonly enrolled: readonly Authenticator[] | null;
  readonly asn: number | null;
  /** Later travel may be measured from this place, once the login is proven. */
  readonly placeTrusted: boolean;
  readonly completion: {
    readonly at: Instant;
    readonly authenticator: Authenticator;
    readonly outcome: Decision['outcome'];
  } | null;
}

/** A thief who signed in like that enrols an authenticator of his own next. */
export const isAtHighRisk = ({ decision, completion }: DecisionRecord): boolean =>
  decision.level === 'high' &&
  !(completion?.outcome === 'allow' && isPhishingResistant(completion.authenticator));
