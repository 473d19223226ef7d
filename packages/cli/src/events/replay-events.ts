import type { MappedEvent } from '@stepgate/idp-events';
import type { ReplayApi, SubjectState } from './replay-api.js';

/** What the engine thinks of a subject, right after an event or between two of them. */
export interface Sighting {
  readonly at: string;
  readonly subject: string;
  /** Null: time went by, and a prompt may have run out. */
  readonly event: MappedEvent | null;
  readonly duplicate: boolean;
  /** Null where the event changes neither the ladder nor an alert. */
  readonly state: SubjectState | null;
}

/** Prompts run out between events; in that time the subject is looked at so often, and so long. */
const lookEveryMs = 15_000;
const lookForMs = 10 * 60_000;

const concernsPrompts = ({ type }: MappedEvent): boolean =>
  type.startsWith('push_') || type === 'login_succeeded' || type.startsWith('feedback_');

const inTime = (events: readonly MappedEvent[]): MappedEvent[] =>
  // Stable: of one instant, the order of the file.
  events.toSorted((left, right) => Date.parse(left.occurred_at) - Date.parse(right.occurred_at));

interface Waiting {
  readonly since: number;
}

/**
 * Sends events one by one, each at its own time, and looks at its subject after each that concerns
 * prompts, and while one of them waits for its answer.
 *
 * @throws what the api throws; events that were sent stay recorded.
 */
export const replayEvents = async (
  events: readonly MappedEvent[],
  api: ReplayApi,
  onSighting: (sighting: Sighting) => void,
): Promise<void> => {
  const waiting = new Map<string, Waiting>();

  const look = async (subject: string, at: string): Promise<SubjectState> => {
    const state = await api.look(subject, at);
    if (state.push.pending > 0) {
      if (!waiting.has(subject)) waiting.set(subject, { since: Date.parse(at) });
    } else waiting.delete(subject);
    return state;
  };

  const letTimePass = async (subject: string, until: number): Promise<void> => {
    const start = waiting.get(subject)?.since ?? Infinity;
    const end = Math.min(until, start + lookForMs);
    for (let at = start + lookEveryMs; at < end && waiting.has(subject); at += lookEveryMs) {
      const time = new Date(at).toISOString();
      const state = await look(subject, time);
      onSighting({ at: time, subject, event: null, duplicate: false, state });
    }
    waiting.delete(subject);
  };

  for (const event of inTime(events)) {
    const { occurred_at: at, subject } = event;
    await letTimePass(subject.id, Date.parse(at));
    const { duplicate } = await api.send(event);
    const state = concernsPrompts(event) ? await look(subject.id, at) : null;
    onSighting({ at, subject: subject.id, event, duplicate, state });
  }
  for (const subject of [...waiting.keys()]) await letTimePass(subject, Infinity);
};
