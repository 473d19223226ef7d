import type { EventRequest } from '@stepgate/assessment';
import { hashOfPseudonym, identityOfHash, shortHash, type Identity } from './identifiers.js';
import { keyOf, keyTable } from './keys.js';
import { surroundingsOf } from './network-velocity.js';
import { numberIn } from './reply.js';
import { scripts } from './scripts.js';
import type { Session } from './session.js';
import type { StoreDeps } from './store-deps.js';

const sourceFailuresKept = 1_024;
const provenSubjectsKept = 64;
/**
 * A source that fails for more is a bad neighbour, and `source_spraying`'s business: alone it makes no
 * bad network of a carrier or an office.
 */
const subjectsOfOneSource = 5;

/** Who failed, or proved a login, where. */
export interface NotedEvent {
  readonly request: EventRequest;
  readonly subject: Identity;
  readonly source: Identity | null;
  readonly operation: string;
}

type Noted = 'network-subjects' | 'source-proven';

const kept: Readonly<Record<Noted, number>> = {
  'network-subjects': sourceFailuresKept,
  'source-proven': provenSubjectsKept,
};

const noteSubject = async (
  session: Session,
  { request, subject, operation }: NotedEvent,
  { concept, by }: { readonly concept: Noted; readonly by: Identity },
): Promise<void> => {
  await session.run(scripts['note-subject'], {
    keys: [keyOf(concept, by.shard, by.hash)],
    operation,
    now: request.now,
    args: [
      request.event.occurredAt ?? '',
      shortHash(subject.hash),
      keyTable[concept].ttlMs,
      kept[concept],
    ],
  });
};

/** Against the source of a failed login, and against the networks around it. */
export const countFailure = async (
  { identifiers }: StoreDeps,
  session: Session,
  noted: NotedEvent,
): Promise<void> => {
  const { request, source, subject, operation } = noted;
  const { event, origin, tenant } = request;
  if (event.type !== 'login_failed' || source === null) return;
  const { values } = await session.run(scripts['record-failure'], {
    keys: [
      keyOf('source-failures', source.shard, source.hash),
      keyOf('source-subjects', source.shard, source.hash),
    ],
    operation,
    now: request.now,
    args: [event.occurredAt ?? '', shortHash(subject.hash), sourceFailuresKept],
  });
  if (numberIn(values[0]) > subjectsOfOneSource) return;
  const { block, network } = surroundingsOf(identifiers, tenant, origin);
  await Promise.all(
    [block, network]
      .filter((by) => by !== null)
      .map((by) => noteSubject(session, noted, { concept: 'network-subjects', by })),
  );
};

/** Whose address the source is: an office and a carrier show by how many have signed in from there. */
export const noteProvenLogin = async (session: Session, noted: NotedEvent): Promise<void> => {
  const source = noted.request.learn?.source ?? null;
  if (source === null) return;
  const by = identityOfHash(hashOfPseudonym(source));
  await noteSubject(session, noted, { concept: 'source-proven', by });
};
