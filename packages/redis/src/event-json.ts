import type { AlertAction, EventRequest, EventType, FatigueRules } from '@stepgate/assessment';
import type { CampaignScope, LearnedLogin } from '@stepgate/assessment';
import { strengths, type PushLadder, type Rung } from '@stepgate/engine';
import type { AlertSealer } from './alert-seal.js';
import { hoursMs } from './durations.js';
import { hashOfPseudonym, shortHash } from './identifiers.js';
import { countedLetters, promptLetters, topRung } from './subject-reply.js';

/** How long the account rests after its owner, or an analyst, called it compromised. */
const compromisedLockMs = hoursMs(24);

interface Effects {
  readonly prompt?: string;
  readonly failure?: true;
  readonly success?: true;
  readonly breach?: true;
  readonly legitimate?: true;
  readonly compromised_ms?: number;
}

/** What each event changes beside being remembered as seen. A cancelled prompt is an answered one. */
export const effects: Readonly<Record<EventType, Effects>> = {
  login_succeeded: { success: true },
  login_failed: { failure: true },
  step_up_succeeded: {},
  step_up_failed: { failure: true },
  push_sent: { prompt: promptLetters.sent },
  push_approved: { prompt: promptLetters.approved },
  push_denied: { prompt: promptLetters.denied },
  push_ignored: { prompt: promptLetters.ignored },
  push_reported: { prompt: promptLetters.reported },
  push_cancelled: { prompt: 'c' },
  authenticator_enrolled: {},
  authenticator_removed: {},
  recovery_used: {},
  credential_breached: { breach: true },
  feedback_legitimate: { legitimate: true },
  feedback_compromised: { compromised_ms: compromisedLockMs },
  session_ended: {},
};

const optional = <K extends string, V>(
  key: K,
  value: V | null | undefined,
): Partial<Record<K, V>> => {
  const entry: Partial<Record<K, V>> = {};
  if (value !== null && value !== undefined) entry[key] = value;
  return entry;
};

/** Four decimals are eleven metres: finer than any address, and short enough for the profile. */
const placeText = ({
  latitude,
  longitude,
  precisionKm,
}: NonNullable<LearnedLogin['place']>): string =>
  [Number(latitude.toFixed(4)), Number(longitude.toFixed(4)), Math.ceil(precisionKm)].join(',');

const hashPart = (pseudonym: string | null): string | null =>
  pseudonym === null ? null : shortHash(hashOfPseudonym(pseudonym));

const lessonFrom = (learn: LearnedLogin): Readonly<Record<string, unknown>> => ({
  trusted: learn.phishingResistant,
  ...optional('device', hashPart(learn.device)),
  ...optional('fingerprint', learn.fingerprint),
  traits: learn.traits,
  ...optional('source', hashPart(learn.source)),
  ...optional('place', learn.place === null ? null : placeText(learn.place)),
});

/** What reaching the rung has the engine do, in the words of an alert. */
const actionsOf = (rung: Rung): readonly AlertAction[] => {
  const denies = rung.outcome === 'deny';
  const taken: readonly (readonly [AlertAction, boolean])[] = [
    ['number_matching_required', rung.numberMatching],
    ['push_forbidden', rung.forbid.includes('push')],
    [
      'phishing_resistant_required',
      strengths.indexOf(rung.require) >= strengths.indexOf('phishing_resistant'),
    ],
    ['unknown_devices_denied', denies && rung.exceptKnownDevice],
    ['subject_denied', denies && !rung.exceptKnownDevice],
    ['subject_held', rung.holdMs > 0],
  ];
  return taken.flatMap(([action, is]) => (is ? [action] : []));
};

/** The counting part is what every script that counts prompts needs. */
const countingFrom = (ladder: PushLadder, tiredMs: number) => ({
  counted: countedLetters(ladder),
  window_ms: ladder.windowMs,
  top: topRung(ladder),
  lifetime_ms: ladder.promptLifetimeMs,
  tired_ms: tiredMs,
});

const timesOf = ({ quietMs, updateMs }: PushLadder) => ({
  quiet_ms: quietMs,
  update_ms: updateMs,
});

const confFrom = (
  { policyName, ladder, tiredApprovalAt, tiredWindowMs }: FatigueRules,
  named: { readonly tenant: string; readonly sealed: string | null },
): Readonly<Record<string, unknown>> => ({
  tenant: named.tenant,
  policy: policyName,
  ...optional('sealed', named.sealed),
  window_ms: ladder.windowMs,
  ...timesOf(ladder),
  aftermath_ms: ladder.aftermathMs,
  counting: countingFrom(ladder, tiredWindowMs),
  ...optional('tired_at', tiredApprovalAt),
  rungs: ladder.rungs.map((rung) => ({
    at: rung.at,
    hold_ms: rung.holdMs,
    except: rung.exceptKnownDevice,
    does: actionsOf(rung),
    ...optional('severity', rung.alert),
  })),
  campaign: {
    threshold: ladder.campaign.tenant,
    window_ms: ladder.campaign.windowMs,
    severity: ladder.campaign.alert,
  },
});

const sealedSubject = (seal: AlertSealer, { subject }: EventRequest): string | null =>
  'pseudonym' in subject ? null : seal.sealSubject(subject);

const originFrom = (seal: AlertSealer, { origin }: EventRequest) => ({
  ...optional('source', hashPart(origin.sourcePseudonym)),
  ...optional('device', hashPart(origin.devicePseudonym)),
  ...optional('country', origin.country),
  ...optional('asn', origin.asn),
  ...optional('address', origin.address === null ? null : seal.sealAddress(origin.address)),
});

const sameEvents: ReadonlySet<EventType> = new Set([
  'login_succeeded',
  'feedback_legitimate',
  'feedback_compromised',
]);

/** The event as record-event.lua takes it. @param ids hashes of the event, the prompt and the source. */
export const eventJson = (
  seal: AlertSealer,
  request: EventRequest,
  ids: {
    readonly event: string;
    readonly prompt: string | null;
    readonly source: string | null;
  },
): string => {
  const { type, occurredAt } = request.event;
  const effect = effects[type];
  const isPrompt = effect.prompt !== undefined;
  const needsConf = isPrompt || sameEvents.has(type);
  return JSON.stringify({
    ...effect,
    alert_id: `alr_${ids.event}`,
    ...optional('at', occurredAt),
    ...optional('failure_source', effect.failure === true ? ids.source : null),
    ...optional('learn', request.learn === null ? null : lessonFrom(request.learn)),
    ...optional('forget_since', request.forgetSince),
    ...(request.risky ? { risky: true } : {}),
    ...(isPrompt ? { ...optional('link', ids.prompt), origin: originFrom(seal, request) } : {}),
    ...(needsConf
      ? {
          conf: confFrom(request.rules, {
            tenant: request.tenant,
            sealed: isPrompt ? sealedSubject(seal, request) : null,
          }),
        }
      : {}),
  });
};

export interface CampaignCount {
  readonly scope: CampaignScope;
  readonly threshold: number;
  readonly windowMs: number;
  readonly severity: string;
  readonly quietMs: number;
  readonly updateMs: number;
  readonly tenant: string;
  readonly policy: string;
  /** Hash of the subject, and the subject itself for the sample. */
  readonly member: string;
  readonly sealed: string;
  /** Null: now. */
  readonly at: number | null;
  /** A prompt that was just sent may yet be approved. */
  readonly delayMs: number;
  readonly origin: Readonly<Record<string, unknown>> | null;
  readonly alertId: string;
}

export const campaignJson = (count: CampaignCount): string =>
  JSON.stringify({
    member: count.member,
    sealed: count.sealed,
    threshold: count.threshold,
    ...optional('at', count.at),
    delay_ms: count.delayMs,
    ...optional('origin', count.origin),
    alert_id: count.alertId,
    conf: {
      tenant: count.tenant,
      policy: count.policy,
      scope: count.scope,
      window_ms: count.windowMs,
      quiet_ms: count.quietMs,
      update_ms: count.updateMs,
      severity: count.severity,
    },
  });
