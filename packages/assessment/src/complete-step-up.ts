import type { CompletionInput } from '@stepgate/contracts';
import {
  absent,
  judgeCompletion,
  observed,
  type CompletionEvidence,
  type Decision,
  type Instant,
  type Policy,
} from '@stepgate/engine';
import { tokenDue } from './read-device.js';
import { countingRulesOf, fatigueRulesOf } from './counting-rules.js';
import { isAtHighRisk, type DecisionRecord } from './decision-record.js';
import type { DevNow } from './ports/attempt-store.js';
import type { DecisionStore, OpenDecision, Settlement } from './ports/decision-store.js';
import type { DeviceToken, DeviceTokens } from './ports/device-tokens.js';
import type { Durability } from './ports/durability.js';
import type { EventStore } from './ports/event-store.js';
import type { AssessmentObserver } from './ports/observer.js';
import type { PolicySource } from './ports/policy-source.js';
import type { AddressIntel } from './ports/signal-sources.js';
import { StateUnavailableError } from './state-unavailable.js';

export interface CompleteStepUpDeps {
  readonly decisions: Pick<DecisionStore, 'openDecision' | 'settleDecision' | 'findDecision'>;
  readonly events: EventStore;
  readonly addressIntel: AddressIntel;
  readonly deviceTokens: Pick<DeviceTokens, 'issue'>;
  readonly policies: PolicySource;
  readonly durability: Durability;
  readonly observer: Pick<AssessmentObserver, 'completed' | 'secured'>;
  readonly stopwatch: () => number;
}

export type Completion =
  | {
      readonly kind: 'judged';
      readonly record: DecisionRecord;
      readonly decision: Decision;
      /** For the browser to keep, once its user is in. */
      readonly deviceToken: DeviceToken | null;
      /** Whether it is known to survive that the decision is used up, or the failure counted. */
      readonly durable: boolean;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'used' }
  | { readonly kind: 'expired' };

/** Nobody waits for it at a login page. */
const maxSecuringMs = 500;

/** Each round means that something happened to the subject in between; that cannot go on for ever. */
const maxRounds = 10;

const evidenceOf = (
  deps: CompleteStepUpDeps,
  open: OpenDecision,
  input: CompletionInput,
): CompletionEvidence => ({
  authenticator: input.authenticator,
  numberMatched: input.numberMatched,
  push: open.push,
  lock: open.lock,
  deviceFirstSeenAt: open.record.deviceFirstSeenAt,
  enrolled: open.record.enrolled,
  loginPlace: open.record.place === null ? absent : observed(open.record.place),
  authenticatorPlace: input.address === null ? absent : deps.addressIntel.lookUp(input.address).geo,
});

const settledRecord = (
  open: OpenDecision,
  input: CompletionInput,
  decision: Decision,
): DecisionRecord => ({
  ...open.record,
  // A tightened requirement replaces the one that was asked; a verdict keeps it for the record.
  decision: decision.outcome === 'step_up' ? decision : open.record.decision,
  completion: { at: open.at, authenticator: input.authenticator, outcome: decision.outcome },
});

interface Asked {
  readonly tenant: string;
  readonly decisionId: string;
  readonly now: DevNow;
}

/**
 * An approval by push is counted before it is judged, as its own event would be: it answers the prompt
 * that was sent, and after refused ones it raises the alert even when the caller sends no events.
 */
const countApproval = async (
  deps: CompleteStepUpDeps,
  asked: Asked,
  { record, policy }: { readonly record: DecisionRecord; readonly policy: Policy },
): Promise<void> => {
  await deps.events.recordEvent({
    tenant: asked.tenant,
    subject: { pseudonym: record.pseudonyms.subject },
    event: {
      id: `completion:${asked.decisionId}`,
      type: 'push_approved',
      occurredAt: null,
      promptId: asked.decisionId,
    },
    origin: {
      address: null,
      sourcePseudonym: record.pseudonyms.source,
      devicePseudonym: record.pseudonyms.device,
      country: record.place?.country ?? null,
      asn: record.asn,
    },
    learn: null,
    forgetSince: null,
    risky: false,
    rules: fatigueRulesOf(policy),
    now: asked.now,
    earlier: record.pseudonyms.earlier,
  });
};

const tokenOf = (
  { deviceTokens }: CompleteStepUpDeps,
  tenant: string,
  judged: { readonly record: DecisionRecord; readonly decision: Decision; readonly at: Instant },
): DeviceToken | null =>
  tokenDue(deviceTokens, { ...judged, tenant, outcome: judged.decision.outcome });

type Judged = Omit<Extract<Completion, { kind: 'judged' }>, 'kind' | 'durable'>;

const judgedDurably = async (
  { durability, observer }: Pick<CompleteStepUpDeps, 'durability' | 'observer'>,
  judged: Judged,
): Promise<Completion> => {
  const durable = await durability.secured(maxSecuringMs);
  observer.secured({ kind: 'completion', durable });
  return { kind: 'judged', ...judged, durable };
};

const completionOf = (
  deps: Pick<CompleteStepUpDeps, 'durability' | 'observer'>,
  settlement: Exclude<Settlement, 'stale'>,
  judged: Judged,
): Completion | Promise<Completion> => {
  switch (settlement) {
    case 'consumed':
    case 'kept_open':
      return judgedDurably(deps, judged);
    case 'already_consumed':
      return { kind: 'used' };
    case 'expired':
      return { kind: 'expired' };
    case 'missing':
      return { kind: 'missing' };
  }
};

/**
 * The step-up is said to be done: judged against what has happened since, and settled in one atomic
 * step. When something happens in between, it is read and judged again, so that no allow rests on a
 * state that is gone.
 *
 * @throws StateUnavailableError when the state store does not answer in time, or the subject never
 * stands still: nothing was settled for the caller, who may ask again.
 */
export const createCompleteStepUp =
  (deps: CompleteStepUpDeps) =>
  async (asked: Asked, input: CompletionInput): Promise<Completion> => {
    const startedAt = deps.stopwatch();
    const found = await deps.decisions.findDecision(asked.tenant, asked.decisionId);
    if (found === null) return { kind: 'missing' };
    const policy =
      deps.policies.byName(found.policy.name) ??
      deps.policies.policyFor({
        tenant: asked.tenant,
        application: null,
        groups: [],
        action: null,
      });
    const counting = countingRulesOf(policy, found.action);
    if (input.authenticator === 'push') {
      await countApproval(deps, asked, { record: found, policy });
    }
    for (let round = 0; round < maxRounds; round += 1) {
      const open = await deps.decisions.openDecision({ ...asked, counting });
      if (open === null) return { kind: 'missing' };
      const decision = judgeCompletion(
        open.record.decision,
        evidenceOf(deps, open, input),
        policy,
        open.at,
      );
      const record = settledRecord(open, input, decision);
      const settlement = await deps.decisions.settleDecision({
        ...asked,
        guardVersion: open.guardVersion,
        record,
        outcome: decision.outcome,
        riskMs:
          decision.outcome === 'allow' && isAtHighRisk(record) ? policy.pushLadder.aftermathMs : 0,
      });
      if (settlement === 'stale') continue;
      const deviceToken = tokenOf(deps, asked.tenant, { record, decision, at: open.at });
      const completion = await completionOf(deps, settlement, { record, decision, deviceToken });
      if (completion.kind === 'judged') {
        const durationMs = deps.stopwatch() - startedAt;
        const { authenticator } = input;
        deps.observer.completed({ decision, record, authenticator, durationMs });
      }
      return completion;
    }
    throw new StateUnavailableError('the subject changes faster than it can be judged');
  };
