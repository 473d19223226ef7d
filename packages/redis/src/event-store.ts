import type {
  Alert,
  EventRequest,
  EventStore,
  EventType,
  LearnedLogin,
} from '@stepgate/assessment';
import { hoursMs } from './durations.js';
import {
  eventHash,
  hashOfPseudonym,
  identityOfHash,
  shortHash,
  type Identity,
} from './identifiers.js';
import { keyOf, keyTable, outboxKey } from './keys.js';
import { numberIn } from './reply.js';
import { scripts } from './scripts.js';
import type { Session } from './session.js';
import type { StoreDeps } from './store-deps.js';
import { countedLetters, promptLetters, topRung } from './subject-reply.js';

export interface EventStoreDeps extends StoreDeps {
  readonly seal: (confidential: Pick<Alert, 'subject' | 'context'>) => string;
}

/** How long the account rests after its owner, or an analyst, called it compromised. */
const compromisedLockMs = hoursMs(24);
const sourceFailuresKept = 1_024;

interface Effects {
  readonly prompt?: string;
  readonly failure?: true;
  readonly success?: true;
  readonly breach?: true;
  readonly legitimate?: true;
  readonly compromised_ms?: number;
}

/** What each event changes beside being remembered as seen. `push_cancelled` counts for nothing. */
const effects: Readonly<Record<EventType, Effects>> = {
  login_succeeded: { success: true },
  login_failed: { failure: true },
  step_up_succeeded: {},
  step_up_failed: { failure: true },
  push_sent: { prompt: promptLetters.sent },
  push_approved: { prompt: promptLetters.approved },
  push_denied: { prompt: promptLetters.denied },
  push_ignored: { prompt: promptLetters.ignored },
  push_reported: { prompt: promptLetters.reported },
  push_cancelled: {},
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
  ...optional('country', learn.country),
  ...optional('asn', learn.asn === null ? null : String(learn.asn)),
  ...optional('source', hashPart(learn.source)),
  ...optional('place', learn.place === null ? null : placeText(learn.place)),
});

const ladderFrom = ({ ladder }: EventRequest): Readonly<Record<string, unknown>> => ({
  counted: countedLetters(ladder),
  window_ms: ladder.windowMs,
  top: topRung(ladder),
  rungs: ladder.rungs.map((rung) => ({
    at: rung.at,
    hold_ms: rung.outcome === 'deny' ? rung.holdMs : 0,
    except: rung.exceptKnownDevice,
    ...optional('severity', rung.alert),
  })),
});

const mayRaiseAlert = ({ prompt }: Effects): boolean =>
  prompt !== undefined && prompt !== promptLetters.sent;

const eventJson = (deps: EventStoreDeps, request: EventRequest, operation: Identity): string => {
  const effect = effects[request.event.type];
  const { tenant, subject, policyName: policy, alertContext: context } = request;
  return JSON.stringify({
    ...effect,
    ...optional('at', request.event.occurredAt),
    ...optional('learn', request.learn === null ? null : lessonFrom(request.learn)),
    ...optional('tired_at', request.tiredApprovalAt),
    ladder: ladderFrom(request),
    ...(mayRaiseAlert(effect)
      ? {
          alert: {
            id: `alr_${operation.hash}`,
            tenant,
            policy,
            sealed: deps.seal({ subject, context }),
          },
        }
      : {}),
  });
};

const sourceOf = (deps: StoreDeps, request: EventRequest): Identity | null => {
  if (request.address !== null) return deps.identifiers.source(request.tenant, request.address);
  if (request.sourcePseudonym === null) return null;
  return identityOfHash(hashOfPseudonym(request.sourcePseudonym));
};

const recordFailure = async (
  deps: StoreDeps,
  session: Session,
  told: { readonly request: EventRequest; readonly operation: string; readonly subject: Identity },
): Promise<void> => {
  const { request, operation, subject } = told;
  const source = request.event.type === 'login_failed' ? sourceOf(deps, request) : null;
  if (source === null) return;
  await session.run(scripts['record-failure'], {
    keys: [
      keyOf('source-failures', source.shard, source.hash),
      keyOf('source-subjects', source.shard, source.hash),
    ],
    operation,
    now: request.now,
    args: [request.event.occurredAt ?? '', shortHash(subject.hash), sourceFailuresKept],
  });
};

/** One script in the subject's slot, and one in the source's for a failed login, sent together. */
export const createRedisEventStore = (deps: EventStoreDeps): EventStore => ({
  recordEvent: async (request) => {
    const { tenant, subject: ref } = request;
    const subject = deps.identifiers.subject(tenant, ref);
    const id = deps.identifiers.event(tenant, ref, request.event.id);
    const operation = eventHash(id.hash);
    const { shard, hash } = subject;
    const [answer] = await deps.connection.call('record_event', 'insistent', (session) =>
      Promise.all([
        session.run(scripts['record-event'], {
          keys: [
            keyOf('profile', shard, hash),
            keyOf('failures', shard, hash),
            keyOf('push', shard, hash),
            keyOf('guard', shard, hash),
            keyOf('seen', shard, hash),
            outboxKey(shard),
          ],
          operation,
          now: request.now,
          args: [eventJson(deps, request, id), keyTable.profile.ttlMs, keyTable.guard.ttlMs],
        }),
        recordFailure(deps, session, { request, operation, subject }),
      ]),
    );
    return answer.status === 'seen'
      ? { fresh: false, alerts: 0 }
      : { fresh: true, alerts: numberIn(answer.values[0]) };
  },
});
