import type { CallBudget, RedisConnection } from './connection.js';
import type { Markers } from './instance.js';
import { EmptiedStateError, type ScriptAnswer, type ScriptCall, type Session } from './session.js';
import type { Script } from './scripts.js';

/** A call on a state that was begun: where its marker is missing, it fails. */
export interface GuardedSession extends Session {
  /**
   * For plain commands, which no script guards: that something is not there says nothing where
   * everything is gone.
   *
   * @throws EmptiedStateError
   */
  confirm(shard: number): Promise<void>;
}

export interface GuardedConnection extends Omit<RedisConnection, 'call'> {
  /** @throws StateUnavailableError also when the database was emptied, or is another deployment's. */
  call<T>(
    name: string,
    budget: CallBudget,
    send: (session: GuardedSession) => Promise<T>,
  ): Promise<T>;
}

/** Shard of a key, from its hash tag: two digits after the first brace. */
const shardOf = (key: string): number => {
  const brace = key.indexOf('{');
  return Number.parseInt(key.slice(brace + 2, brace + 4), 16);
};

const markerFor = (markers: Markers, shard: number): string => {
  const marker = markers[shard];
  if (marker === undefined) throw new TypeError('a key without a shard');
  return marker;
};

/**
 * The connection, with the marker of its shard sent along with every script, so that an emptied or
 * foreign database is never taken for one in which nothing has happened yet.
 */
export const guardConnection = (
  connection: RedisConnection,
  markers: Markers,
  onEmptied: () => void = () => undefined,
): GuardedConnection => {
  const telling = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof EmptiedStateError) onEmptied();
      throw error;
    }
  };
  const guard = (session: Session): GuardedSession => ({
    client: session.client,
    run: (script: Script, call: ScriptCall): Promise<ScriptAnswer> => {
      const keys = [...call.keys, markerFor(markers, shardOf(call.keys[0] ?? ''))];
      return telling(session.run(script, { ...call, keys }));
    },
    confirm: (shard) =>
      telling(
        session.client.exists(markerFor(markers, shard)).then((present) => {
          if (present === 0) throw new EmptiedStateError();
        }),
      ),
  });
  return {
    ...connection,
    call: (name, budget, send) => connection.call(name, budget, (session) => send(guard(session))),
  };
};
