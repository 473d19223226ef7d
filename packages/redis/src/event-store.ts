import type { EventRequest, EventStore, FatigueRules } from '@stepgate/assessment';
import type { AlertSealer, SaltedSealer } from './alert-seal.js';
import { countCampaign, removeFromCampaign, type CampaignPlace } from './campaigns.js';
import { effects, eventJson, type CampaignCount } from './event-json.js';
import {
  eventHash,
  hashOfPseudonym,
  identityOfHash,
  shortHash,
  type Identity,
} from './identifiers.js';
import { keyOf, keyTable, shardKey } from './keys.js';
import { countFailure, noteProvenLogin } from './note-subject.js';
import { numberIn } from './reply.js';
import { scripts } from './scripts.js';
import type { SealSalts } from './seal-salts.js';
import type { Session } from './session.js';
import type { StoreDeps } from './store-deps.js';
import { promptLetters } from './subject-reply.js';

export interface EventStoreDeps extends StoreDeps {
  readonly seal: SaltedSealer;
  readonly salts: Pick<SealSalts, 'of'>;
}

/** With the seal of the event's own subject. */
interface SealingDeps extends StoreDeps {
  readonly seal: AlertSealer;
}

/** Who and what an event is about, hashed once. */
interface NamedEvent {
  readonly request: EventRequest;
  readonly subject: Identity;
  readonly source: Identity | null;
  readonly network: Identity | null;
  readonly id: Identity;
  readonly prompt: string | null;
  readonly operation: string;
}

const subjectOf = ({ identifiers }: StoreDeps, { tenant, subject }: EventRequest): Identity =>
  'pseudonym' in subject
    ? identityOfHash(hashOfPseudonym(subject.pseudonym))
    : identifiers.subject(tenant, subject);

const sourceOf = (
  { identifiers }: StoreDeps,
  { tenant, origin }: EventRequest,
): Identity | null => {
  if (origin.address !== null) return identifiers.source(tenant, origin.address);
  if (origin.sourcePseudonym === null) return null;
  return identityOfHash(hashOfPseudonym(origin.sourcePseudonym));
};

const nameEvent = (deps: StoreDeps, request: EventRequest): NamedEvent => {
  const { tenant, event, origin } = request;
  const subject = subjectOf(deps, request);
  const id = deps.identifiers.event(subject.hash, event.id);
  const { promptId } = event;
  return {
    request,
    subject,
    source: sourceOf(deps, request),
    network: origin.asn === null ? null : deps.identifiers.network(tenant, origin.asn),
    id,
    prompt:
      promptId === null ? null : eventHash(deps.identifiers.event(subject.hash, promptId).hash),
    operation: eventHash(id.hash),
  };
};

const countEvent = (deps: SealingDeps, session: Session, named: NamedEvent) => {
  const { request, subject } = named;
  const { shard, hash } = subject;
  return session.run(scripts['record-event'], {
    keys: [
      keyOf('profile', shard, hash),
      keyOf('failures', shard, hash),
      keyOf('push', shard, hash),
      keyOf('guard', shard, hash),
      keyOf('seen', shard, hash),
      keyOf('episode', shard, hash),
      shardKey('outbox', shard),
      shardKey('reviews', shard),
      shardKey('open-alerts', shard),
      keyOf('population', shard, deps.identifiers.tenant(request.tenant).hash),
      keyOf('failing-sources', shard, hash),
    ],
    operation: named.operation,
    now: request.now,
    args: [
      eventJson(deps.seal, request, {
        event: named.id.hash,
        prompt: named.prompt,
        source: named.source === null ? null : shortHash(named.source.hash),
      }),
      keyTable.profile.ttlMs,
      keyTable.guard.ttlMs,
      hash,
    ],
  });
};

type CountOf = Omit<CampaignCount, 'scope' | 'threshold' | 'origin'>;

const campaignCount = (
  seal: AlertSealer,
  named: NamedEvent,
  rules: FatigueRules,
): CountOf | null => {
  const { request, subject } = named;
  if ('pseudonym' in request.subject) return null;
  const { campaign, quietMs, updateMs, promptLifetimeMs } = rules.ladder;
  return {
    windowMs: campaign.windowMs,
    severity: campaign.alert,
    quietMs,
    updateMs,
    tenant: request.tenant,
    policy: rules.policyName,
    member: shortHash(subject.hash),
    sealed: seal.sealSubject(request.subject),
    at: request.event.occurredAt,
    delayMs: request.event.type === 'push_sent' ? promptLifetimeMs : 0,
    alertId: named.id.hash,
  };
};

/** Whom a source or a network prompts in vain. An office whose people approve is no campaign. */
const countPromptedSubject = async (
  deps: SealingDeps,
  session: Session,
  named: NamedEvent,
): Promise<void> => {
  const { request, source, network } = named;
  const letter = effects[request.event.type].prompt;
  if (letter === undefined || letter === 'c') return;
  const { campaign } = request.rules.ladder;
  const shared = [
    { scope: 'source', by: source, threshold: campaign.source },
    { scope: 'network', by: network, threshold: campaign.network },
  ] as const;
  const count = campaignCount(deps.seal, named, request.rules);
  if (count === null) return;
  const { country, asn, address } = request.origin;
  await Promise.all(
    shared.map(async ({ scope, by, threshold }) => {
      if (by === null) return;
      const place: CampaignPlace = { by, operation: named.operation, now: request.now };
      if (letter === promptLetters.approved) {
        await removeFromCampaign(session, place, count.member);
        return;
      }
      const sealed = scope === 'source' && address !== null ? deps.seal.sealAddress(address) : null;
      const origin = {
        source: shortHash(by.hash),
        ...(country === null ? {} : { country }),
        ...(asn === null ? {} : { asn }),
        ...(sealed === null ? {} : { address: sealed }),
      };
      await countCampaign(session, place, { ...count, scope, threshold, origin });
    }),
  );
};

/** Many subjects of a tenant under attack at once: counted when an alert of one of them opens. */
const countAttackedSubject = async (deps: SealingDeps, named: NamedEvent): Promise<void> => {
  const { request } = named;
  const count = campaignCount(deps.seal, named, request.rules);
  if (count === null) return;
  const place = {
    by: deps.identifiers.tenant(request.tenant),
    operation: named.operation,
    now: request.now,
  };
  const { tenant: threshold } = request.rules.ladder.campaign;
  await deps.connection.call('count_campaign', 'insistent', (session) =>
    countCampaign(session, place, {
      ...count,
      delayMs: 0,
      scope: 'tenant',
      threshold,
      origin: null,
    }),
  );
};

/** Only prompts raise alerts, and nobody waits for one: they can bear a second round trip. */
const sealFor = async (deps: EventStoreDeps, named: NamedEvent): Promise<SealingDeps> => {
  const { connection, identifiers, seal, salts } = deps;
  const raisesAlerts = effects[named.request.event.type].prompt !== undefined;
  if (!raisesAlerts || 'pseudonym' in named.request.subject) return deps;
  const salt = await salts.of(named.subject, 'insistent');
  return { connection, identifiers, seal: seal.under(salt) };
};

/** One script in the subject's slot; others for its source and network, sent together. */
export const createRedisEventStore = (deps: EventStoreDeps): EventStore => ({
  recordEvent: async (request) => {
    const named = nameEvent(deps, request);
    const sealing = await sealFor(deps, named);
    const [answer] = await deps.connection.call('record_event', 'insistent', (session) =>
      Promise.all([
        countEvent(sealing, session, named),
        countFailure(deps, session, named),
        noteProvenLogin(session, named),
        countPromptedSubject(sealing, session, named),
      ]),
    );
    const opened = numberIn(answer.values[0]);
    // Told again after a crash in between, the event still knows the alert that it opened.
    if (opened === 1) await countAttackedSubject(sealing, named);
    if (answer.status === 'seen') return { fresh: false, alerts: 0, rung: null };
    const rung = numberIn(answer.values[1]);
    return { fresh: true, alerts: opened, rung: rung === 0 ? null : rung };
  },
});
