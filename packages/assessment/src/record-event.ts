import type { EventInput } from '@stepgate/contracts';
import {
  isPhishingResistant,
  isTrustedPlace,
  unavailable,
  valueOf,
  type Instant,
  type Policy,
} from '@stepgate/engine';
import { fatigueRulesOf } from './counting-rules.js';
import { isAtHighRisk, type DecisionRecord } from './decision-record.js';
import { traitsOf } from './login-traits.js';
import type { AttemptStore, DevNow } from './ports/attempt-store.js';
import type { DecisionStore } from './ports/decision-store.js';
import type { LearnedLogin } from './learned-login.js';
import type { Durability } from './ports/durability.js';
import type { EventStore, PromptOrigin } from './ports/event-store.js';
import type { AssessmentObserver } from './ports/observer.js';
import type { PolicySource } from './ports/policy-source.js';
import type { AddressIntel, UserAgentParser } from './ports/signal-sources.js';
import type { Pseudonyms } from './pseudonyms.js';

export interface RecordEventDeps {
  readonly attempts: Pick<AttemptStore, 'pseudonymsOf'>;
  readonly decisions: Pick<DecisionStore, 'findDecision'>;
  readonly events: EventStore;
  readonly addressIntel: AddressIntel;
  readonly userAgents: UserAgentParser;
  readonly policies: PolicySource;
  readonly durability: Durability;
  readonly observer: Pick<AssessmentObserver, 'eventRecorded' | 'secured'>;
}

/** Nobody waits for it at a login page. */
const maxSecuringMs = 500;

export type EventOutcome =
  | { readonly kind: 'recorded' | 'duplicate'; /** Known to survive. */ readonly durable: boolean }
  /** The decision that the event names was made for somebody else. */
  | { readonly kind: 'foreign_decision' };

/** A login is proven when nothing was asked, or when what was asked was done. */
const isProven = (record: DecisionRecord): boolean =>
  record.shadow || record.decision.outcome === 'allow' || record.completion?.outcome === 'allow';

const learnFromContext = (
  deps: RecordEventDeps,
  tenant: string,
  event: EventInput,
): LearnedLogin | null => {
  if (event.address === null) return null;
  const { geo, network, reputation } = deps.addressIntel.lookUp(event.address);
  // An event that names no user agent does not say that there was none.
  const userAgent =
    event.userAgent === null ? unavailable('not told') : deps.userAgents.parse(event.userAgent);
  const traits = traitsOf({ ...event, address: event.address }, { geo, network, userAgent });
  const pseudonyms = deps.attempts.pseudonymsOf({ tenant, ...event, traits });
  const place = valueOf(geo);
  const trusted = isTrustedPlace(place, valueOf(reputation) ?? []);
  return {
    device: pseudonyms.device,
    fingerprint: null,
    source: pseudonyms.source,
    traits: pseudonyms.traits,
    place: trusted ? (place?.point ?? null) : null,
    phishingResistant: false,
    earlier: pseudonyms.earlier,
  };
};

const lessonOfRecord = (record: DecisionRecord): LearnedLogin => {
  const { completion, place, pseudonyms } = record;
  return {
    device: pseudonyms.device,
    fingerprint: pseudonyms.fingerprint,
    source: pseudonyms.source,
    traits: pseudonyms.traits,
    place: record.placeTrusted ? (place?.point ?? null) : null,
    phishingResistant:
      completion?.outcome === 'allow' && isPhishingResistant(completion.authenticator),
    earlier: pseudonyms.earlier,
  };
};

/**
 * Profiles learn from proven logins only. An event that names a decision is believed as far as that
 * decision goes: a step-up that was never passed, or a record that is gone, teaches nothing.
 */
const lessonOf = (
  deps: RecordEventDeps,
  tenant: string,
  told: { readonly event: EventInput; readonly record: DecisionRecord | null },
): LearnedLogin | null => {
  const { event, record } = told;
  // The login of the decision was its owner's, says somebody who looked into it.
  if (event.type === 'feedback_legitimate') {
    return record === null || isProven(record) ? null : lessonOfRecord(record);
  }
  if (event.type !== 'login_succeeded') return null;
  if (event.decisionId === null) return learnFromContext(deps, tenant, event);
  return record !== null && isProven(record) ? lessonOfRecord(record) : null;
};

const originOf = (
  deps: RecordEventDeps,
  event: EventInput,
  { own, record }: { readonly own: Pseudonyms; readonly record: DecisionRecord | null },
): PromptOrigin => {
  const looked = event.address === null ? null : deps.addressIntel.lookUp(event.address);
  return {
    address: event.address,
    sourcePseudonym: own.source ?? record?.pseudonyms.source ?? null,
    devicePseudonym: own.device ?? record?.pseudonyms.device ?? null,
    country: (looked === null ? record?.place : valueOf(looked.geo))?.country ?? null,
    asn: (looked === null ? record?.asn : valueOf(looked.network)?.asn) ?? null,
  };
};

/** The login of the decision was a thief's: nothing that was learnt from it on is the owner's. */
const forgetSinceOf = (event: EventInput, record: DecisionRecord | null): Instant | null =>
  event.type === 'feedback_compromised' ? (event.compromisedSince ?? record?.at ?? null) : null;

/** Signed in all the same, and by nothing that a thief could not have relayed. */
const isRisky = (event: EventInput, record: DecisionRecord | null): boolean =>
  event.type === 'login_succeeded' && record !== null && isAtHighRisk(record);

/** A record that was made under the secret before this one names its subject as that one did. */
const isSameSubject = (decided: Pseudonyms, own: Pseudonyms): boolean =>
  decided.subject === own.subject || decided.subject === own.earlier?.subject;

const earlierOf = (own: Pseudonyms, record: DecisionRecord | null): Pseudonyms['earlier'] => {
  const decided = record?.pseudonyms.earlier;
  if (own.earlier === undefined) return decided;
  const { source, device } = own.earlier;
  return {
    ...own.earlier,
    source: source ?? decided?.source ?? null,
    device: device ?? decided?.device ?? null,
  };
};

const policyOf = (
  deps: RecordEventDeps,
  tenant: string,
  told: { readonly event: EventInput; readonly record: DecisionRecord | null },
): Policy =>
  (told.record === null ? null : deps.policies.byName(told.record.policy.name)) ??
  deps.policies.policyFor({
    tenant,
    application: null,
    groups: told.event.groups,
    action: null,
  });

/**
 * Something happened. Counted once per event id; learning, locks and the alert that it raises are
 * written in the same atomic step.
 *
 * @throws StateUnavailableError when the state store does not answer in time; sending the same event
 * again is safe.
 */
export const createRecordEvent =
  (deps: RecordEventDeps) =>
  async (
    asked: { readonly tenant: string; readonly now: DevNow },
    event: EventInput,
  ): Promise<EventOutcome> => {
    const { tenant, now } = asked;
    const record =
      event.decisionId === null
        ? null
        : await deps.decisions.findDecision(tenant, event.decisionId);
    const own = deps.attempts.pseudonymsOf({ tenant, ...event, traits: null });
    if (record !== null && !isSameSubject(record.pseudonyms, own)) {
      return { kind: 'foreign_decision' };
    }
    const policy = policyOf(deps, tenant, { event, record });
    const { fresh, alerts, rung } = await deps.events.recordEvent({
      tenant,
      subject: event.subject,
      event: {
        id: event.id,
        type: event.type,
        occurredAt: event.occurredAt,
        promptId: event.decisionId ?? event.promptId,
      },
      origin: originOf(deps, event, { own, record }),
      learn: lessonOf(deps, tenant, { event, record }),
      forgetSince: forgetSinceOf(event, record),
      risky: isRisky(event, record),
      rules: fatigueRulesOf(policy),
      now,
      earlier: earlierOf(own, record),
    });
    // Asked at once and for each: later, another server might answer for what this one had.
    // Where time is moved, a story is replayed: nothing in it is waited for.
    const durable = now === null && (await deps.durability.secured(maxSecuringMs));
    deps.observer.eventRecorded({ type: event.type, fresh, alerts, rung });
    deps.observer.secured({ kind: 'event', durable });
    return { kind: fresh ? 'recorded' : 'duplicate', durable };
  };
