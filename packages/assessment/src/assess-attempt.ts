import type { DecisionInput } from '@stepgate/contracts';
import {
  explain,
  isTrustedPlace,
  valueOf,
  type Evidence,
  type ExplainedDecision,
  type Instant,
  type Policy,
} from '@stepgate/engine';
import { nameDevice, readDevice, tokenDue, type ReadDevice } from './read-device.js';
import { countingRulesOf } from './counting-rules.js';
import type { DecisionRecord } from './decision-record.js';
import {
  keepEvidence,
  readLocalSignals,
  stateSignals,
  stateUnavailable,
  type LocalSignals,
} from './evidence.js';
import type { AdmissionRequest, AttemptStore, DevNow } from './ports/attempt-store.js';
import type { DecisionStore } from './ports/decision-store.js';
import type { Pseudonyms } from './pseudonyms.js';
import type { AssessmentObserver } from './ports/observer.js';
import { fingerprintOf } from './fingerprint.js';
import { traitsOf } from './login-traits.js';
import type { Durability } from './ports/durability.js';
import type { DeviceToken, DeviceTokens } from './ports/device-tokens.js';
import type { PolicySource } from './ports/policy-source.js';
import type { PopulationSource } from './ports/population.js';
import type { AddressIntel, UserAgentParser } from './ports/signal-sources.js';
import { StateUnavailableError } from './state-unavailable.js';

/** Reading must leave time for writing. */
const admissionShare = 0.8;

/** How long a step-up may take: an out-of-band secret lives ten minutes at most (NIST SP 800-63B-4). */
const decisionLifetimeMs = 300_000;

/** A replica that is far or slow must not make every denial late. */
const maxSecuringMs = 50;

/** What was decided without state was decided without its locks: no answer to keep for long. */
const degradedLifetimeMs = 60_000;

export interface AssessAttemptDeps {
  readonly attempts: AttemptStore;
  readonly decisions: Pick<DecisionStore, 'recordDecision'>;
  readonly addressIntel: AddressIntel;
  readonly userAgents: UserAgentParser;
  readonly deviceTokens: DeviceTokens;
  readonly policies: PolicySource;
  readonly populations: PopulationSource;
  readonly durability: Durability;
  readonly observer: AssessmentObserver;
  /** Monotonic milliseconds, for the time budget. */
  readonly stopwatch: () => number;
  /** What reading and writing state may take in all; after it, the answer is degraded. */
  readonly stateBudgetMs: number;
}

export interface AttemptTime {
  /** Given in dev mode only. */
  readonly devNow: DevNow;
  /** The engine's own clock, used when the store's cannot be read. */
  readonly receivedAt: Instant;
}

export type Assessment =
  | {
      readonly kind: 'decided';
      readonly record: DecisionRecord;
      /** For the browser to keep, once its user is in. */
      readonly deviceToken: DeviceToken | null;
      /** Of a denial: whether it is known to survive. Null: nothing here had to be kept. */
      readonly durable: boolean | null;
    }
  /** The attempt id was used with another body. */
  | { readonly kind: 'conflict' };

/** What is the same with and without state. */
interface Prepared {
  readonly input: DecisionInput;
  readonly policy: Policy;
  readonly local: LocalSignals;
  readonly device: ReadDevice;
  readonly admission: AdmissionRequest;
}

interface Decided {
  readonly decisionId: string;
  readonly at: Instant;
  readonly lifetimeMs: number;
  readonly pseudonyms: Pseudonyms;
  readonly deviceToName: string | null;
  readonly evidence: Evidence;
  readonly explained: ExplainedDecision;
}

const recordOf = (prepared: Prepared, decided: Decided): DecisionRecord => {
  const { input, policy, local } = prepared;
  const { attempt } = input;
  return {
    decisionId: decided.decisionId,
    attemptId: input.attemptId ?? decided.decisionId,
    at: decided.at,
    expiresAt: decided.at + decided.lifetimeMs,
    action: attempt.action.name,
    resource: { type: attempt.resource.type, id: attempt.resource.id },
    pseudonyms: decided.pseudonyms,
    decision: decided.explained.decision,
    shadow: policy.shadow,
    policy: { name: policy.name, version: policy.version },
    verdicts: decided.explained.verdicts,
    evidence: keepEvidence(decided.evidence),
    place: valueOf(local.geo),
    deviceFirstSeenAt: valueOf(decided.evidence.history)?.device?.firstSeenAt ?? null,
    deviceToName: decided.deviceToName,
    enrolled: attempt.authenticators,
    asn: valueOf(local.network)?.asn ?? null,
    placeTrusted: isTrustedPlace(valueOf(local.geo), valueOf(local.reputation) ?? []),
    completion: null,
  };
};

const prepare = (deps: AssessAttemptDeps, input: DecisionInput, asked: Asked): Prepared => {
  const { attempt } = input;
  const policy = deps.policies.policyFor({
    tenant: attempt.tenant,
    application: attempt.resource.id,
    groups: attempt.groups,
    action: attempt.action.name,
  });
  const device = readDevice(deps, input, asked.time.devNow ?? asked.time.receivedAt);
  const local = readLocalSignals(input, device.token, deps);
  const admission: AdmissionRequest = {
    tenant: attempt.tenant,
    subject: { type: attempt.subject.type, id: attempt.subject.id },
    address: input.address,
    deviceId: device.id,
    fingerprint: fingerprintOf(input.device?.fingerprint ?? null, local.userAgent),
    traits: traitsOf(input, local),
    attempt: input.attemptId === null ? null : { id: input.attemptId, bodyHash: asked.bodyHash },
    counting: countingRulesOf(policy, attempt.action.name),
    now: asked.time.devNow,
  };
  return { input, policy, local, device, admission };
};

interface Asked {
  /** Of the body as sent; told apart from another body under the same attempt id. */
  readonly bodyHash: string;
  readonly time: AttemptTime;
}

/** A shadow policy denies nobody. */
const isDenial = ({ decision, shadow }: DecisionRecord): boolean =>
  decision.outcome === 'deny' && !shadow;

const answerOf = async (
  deps: Pick<AssessAttemptDeps, 'deviceTokens' | 'durability' | 'observer'>,
  answered: { readonly tenant: string; readonly record: DecisionRecord },
  leftMs: number,
): Promise<Assessment> => {
  const { record } = answered;
  const { outcome } = record.decision;
  const deviceToken = tokenDue(deps.deviceTokens, { ...answered, outcome, at: record.at });
  if (!isDenial(record)) return { kind: 'decided', record, deviceToken, durable: null };
  const durable = await deps.durability.secured(Math.min(leftMs, maxSecuringMs));
  deps.observer.secured({ kind: 'decision', durable });
  return { kind: 'decided', record, deviceToken, durable };
};

/** @throws StateUnavailableError when the state store does not answer in time. */
const decideWithState = async (
  deps: AssessAttemptDeps,
  prepared: Prepared,
  startedAt: number,
): Promise<{ readonly decided: Decided; readonly record: DecisionRecord } | Assessment> => {
  const budgetMs = (share = 1): number =>
    deps.stateBudgetMs * share - (deps.stopwatch() - startedAt);
  const { tenant } = prepared.admission;
  const admission = await deps.attempts.admitAttempt({
    ...prepared.admission,
    budgetMs: budgetMs(admissionShare),
  });
  if (admission.kind === 'conflict') return { kind: 'conflict' };
  if (admission.kind === 'replayed') {
    return answerOf(deps, { tenant, record: admission.record }, budgetMs());
  }
  const evidence: Evidence = {
    attempt: prepared.input.attempt,
    ...prepared.local,
    ...stateSignals(
      admission.state,
      deps.populations.current(tenant)?.familiarTo(admission.pseudonyms.traits, admission.at) ??
        null,
    ),
  };
  const explained = explain(evidence, prepared.policy, admission.at);
  const decided: Decided = {
    ...admission,
    lifetimeMs: decisionLifetimeMs,
    ...nameDevice(deps, prepared, admission),
    evidence,
    explained,
  };
  const record = await deps.decisions.recordDecision({
    tenant: prepared.admission.tenant,
    subject: prepared.admission.subject,
    attempt: prepared.admission.attempt,
    record: recordOf(prepared, decided),
    budgetMs: budgetMs(),
  });
  return { decided, record };
};

/**
 * The answer without state: from what the process itself can see, at the policy's degraded outcome.
 * It is not recorded, so nothing is learnt from it and its step-up cannot be completed later.
 */
const decideWithoutState = (
  deps: AssessAttemptDeps,
  prepared: Prepared,
  { now, cause }: { readonly now: Instant; readonly cause: string },
): Decided => {
  const { admission } = prepared;
  const evidence: Evidence = {
    attempt: prepared.input.attempt,
    ...prepared.local,
    ...stateUnavailable(cause),
  };
  return {
    decisionId: deps.attempts.newDecisionId(admission.tenant, admission.subject),
    at: now,
    lifetimeMs: degradedLifetimeMs,
    pseudonyms: deps.attempts.pseudonymsOf(admission),
    deviceToName: null,
    evidence,
    explained: explain(evidence, prepared.policy, now),
  };
};

/**
 * One login attempt, counted, decided and recorded before it is answered. When state cannot be read
 * or written in time, the decision is made without it and says so.
 */
export const createAssessAttempt =
  (deps: AssessAttemptDeps) =>
  async (input: DecisionInput, asked: Asked): Promise<Assessment> => {
    const startedAt = deps.stopwatch();
    const prepared = prepare(deps, input, asked);
    const tell = (decided: Decided): void => {
      deps.observer.decided({
        decision: decided.explained.decision,
        evidence: decided.evidence,
        policy: prepared.policy,
        decisionId: decided.decisionId,
        subject: decided.pseudonyms.subject,
        durationMs: deps.stopwatch() - startedAt,
      });
    };
    try {
      await deps.populations.keepUp(prepared.admission.tenant, asked.time.devNow);
      const stateSince = deps.stopwatch();
      const answer = await decideWithState(deps, prepared, stateSince);
      if ('kind' in answer) return answer;
      // A copy of an attempt that was answered first is not a second decision.
      if (answer.record.at === answer.decided.at) tell(answer.decided);
      const leftMs = deps.stateBudgetMs - (deps.stopwatch() - stateSince);
      return await answerOf(deps, { tenant: input.attempt.tenant, record: answer.record }, leftMs);
    } catch (error) {
      if (!(error instanceof StateUnavailableError)) throw error;
      const now = asked.time.devNow ?? asked.time.receivedAt;
      const decided = decideWithoutState(deps, prepared, { now, cause: error.message });
      tell(decided);
      const record = recordOf(prepared, decided);
      return {
        kind: 'decided',
        record,
        deviceToken: null,
        durable: isDenial(record) ? false : null,
      };
    }
  };
