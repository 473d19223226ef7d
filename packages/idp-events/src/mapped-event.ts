import type { EventRequest } from '@stepgate/contracts';
import type { EventType } from '@stepgate/engine';
import { eventIdOf, furtherId } from './event-id.js';
import type { RowFacts } from './row-verdict.js';

/** An event as `POST /v1/events` takes it, always with its own time and with what the vendor said. */
export type MappedEvent = EventRequest & {
  readonly occurred_at: string;
  readonly data: {
    readonly idp: string;
    readonly said: string;
    readonly prompt_id?: string;
    /** Of the phone on which the prompt was answered. */
    readonly authenticator_ip?: string;
    readonly report?: Readonly<Record<string, string>>;
  };
};

/** Facts that an event cannot do without. */
export interface WhoAndWhen {
  readonly subject: string;
  readonly time: string;
}

const contextOf = ({
  ip,
  userAgent,
  deviceId,
}: RowFacts): NonNullable<EventRequest['context']> => ({
  ...(ip === null ? {} : { ip }),
  ...(userAgent === null ? {} : { user_agent: userAgent }),
  ...(deviceId === null ? {} : { device: { id: deviceId } }),
});

const dataOf = (idp: string, facts: RowFacts): MappedEvent['data'] => {
  const { promptId, authenticatorIp = null, said, report } = facts;
  return {
    idp,
    said,
    ...(promptId === null ? {} : { prompt_id: promptId }),
    ...(authenticatorIp === null ? {} : { authenticator_ip: authenticatorIp }),
    ...(report === undefined ? {} : { report }),
  };
};

/** The events of one row, in the order in which they happened. */
export const mapEvents = (
  idp: string,
  { types, facts }: { readonly types: readonly EventType[]; readonly facts: RowFacts },
  { subject, time }: WhoAndWhen,
): MappedEvent[] => {
  const id = eventIdOf(facts.id, [time, facts.promptId ?? '', facts.said, subject, idp]);
  const context = contextOf(facts);
  return types.map((type, index) => ({
    id: index === 0 ? id : furtherId(id, type),
    type,
    subject: { type: 'user', id: subject },
    occurred_at: time,
    ...(Object.keys(context).length === 0 ? {} : { context }),
    data: dataOf(idp, facts),
  }));
};
