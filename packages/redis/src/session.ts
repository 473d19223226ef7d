import { Redis, type Cluster } from 'ioredis';
import { listIn, textIn } from './reply.js';
import type { Script } from './scripts.js';

/** One call: its commands go out back to back, under one deadline. */
export interface Session {
  readonly client: Redis | Cluster;
  /**
   * Runs a script; the operation id, the deadline and the dev time go first, as all scripts expect.
   * Answers with what follows the operation id; the status comes first.
   *
   * @param call its last key is the marker of the shard, see guarded-connection.
   */
  run(script: Script, call: ScriptCall): Promise<ScriptAnswer>;
}

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly operation: string;
  readonly now: number | null;
  readonly args: readonly (string | number)[];
}

export interface ScriptAnswer {
  readonly status: string;
  readonly values: readonly unknown[];
}

/** Redis came to the script after its deadline: nothing was changed. */
class LateError extends Error {
  override readonly name = 'LateError';
}

/** The database is not the one that the state was begun in: nothing was read from it or written. */
export class EmptiedStateError extends Error {
  override readonly name = 'EmptiedStateError';
  constructor() {
    super("the database was emptied, or is another deployment's");
  }
}

/** The answer belongs to another call: this connection cannot be trusted any more. */
class ForeignReplyError extends Error {
  override readonly name = 'ForeignReplyError';
}

const isMissingScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/**
 * Commands of one turn of the event loop go out in one write: with many logins at once, the system
 * calls would cost more than the decisions.
 */
const writeTogether = (client: Redis | Cluster): void => {
  if (!(client instanceof Redis)) return;
  const { stream } = client;
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => {
    stream.uncork();
  });
};

export const createSession = (client: Redis | Cluster, deadline: number): Session => {
  const evaluate = async (script: Script, parts: readonly (string | number)[], keys: number) => {
    try {
      return await client.evalsha(script.sha1, keys, ...parts);
    } catch (error) {
      // Flushed or restarted: what was refused for want of the script has not run.
      if (!isMissingScript(error)) throw error;
      return client.eval(script.lua, keys, ...parts);
    }
  };
  return {
    client,
    run: async (script, { keys, operation, now, args }) => {
      writeTogether(client);
      const parts = [...keys, operation, deadline, now ?? '', ...args];
      const [status, answeredTo, ...values] = listIn(await evaluate(script, parts, keys.length));
      if (answeredTo !== operation) {
        client.disconnect(true);
        throw new ForeignReplyError(`an answer of ${script.name} belongs to another call`);
      }
      if (status === 'late') throw new LateError(`${script.name} came after its deadline`);
      if (status === 'emptied') throw new EmptiedStateError();
      return { status: textIn(status), values };
    },
  };
};
