import { createDeadLetters, type DeadLetter, type DeadLetters } from '@stepgate/queue';
import type { AlertSeal } from '@stepgate/assessment';
import { AlertUnreadableError, createRedisConnection, createRedisState } from '@stepgate/redis';
import { jsonOf, printable, tableOf, type ShownLetter } from './dead-letter-text.js';
import { readRedisEndpoint } from './redis-endpoint.js';
import { readSetting, UsageError } from './settings.js';

/** Where a command's results and its complaints go. */
export interface Output {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

export interface Selection {
  /** Of one sink; undefined: of all. */
  readonly sink?: string | undefined;
}

export interface ListOptions extends Selection {
  readonly json?: boolean | undefined;
  /** Whether to say who is under attack; needs the deployment's secret. */
  readonly unseal?: boolean | undefined;
}

export interface ReplayOptions extends Selection {
  readonly all?: boolean | undefined;
}

const withDeadLetters = async <T>(
  env: NodeJS.ProcessEnv,
  work: (letters: DeadLetters) => Promise<T>,
): Promise<T> => {
  const letters = createDeadLetters(readRedisEndpoint(env));
  try {
    return await work(letters);
  } finally {
    await letters.close();
  }
};

/** A misspelt sink would look as if it had no dead letters. */
const checkSink = async (letters: DeadLetters, { sink }: Selection): Promise<void> => {
  if (sink === undefined) return;
  const sinks = await letters.sinks();
  if (sinks.includes(sink)) return;
  const known = sinks.length === 0 ? 'there has been none' : `there are ${sinks.join(', ')}`;
  throw new UsageError(`No worker has ever served a sink of the name ${sink}: ${known}.`);
};

/** Opens what is sealed; counts what cannot be. */
const openLetters = async (
  letters: readonly DeadLetter[],
  seal: AlertSeal | null,
): Promise<{ readonly shown: readonly ShownLetter[]; readonly unreadable: number }> => {
  let unreadable = 0;
  const subjectOf = async ({ alert }: DeadLetter): Promise<ShownLetter['subject']> => {
    if (seal === null || alert === null) return null;
    try {
      return (await seal.open(alert)).subject;
    } catch (error) {
      if (!(error instanceof AlertUnreadableError)) throw error;
      unreadable += 1;
      return null;
    }
  };
  const shown: ShownLetter[] = [];
  for (const letter of letters) shown.push({ letter, subject: await subjectOf(letter) });
  return { shown, unreadable };
};

const connectTimeoutMs = 2_000;

/** With the seal of the deployment; null: nothing is to be opened. */
const withSeal = async <T>(
  env: NodeJS.ProcessEnv,
  unseal: boolean,
  work: (seal: AlertSeal | null) => Promise<T>,
): Promise<T> => {
  if (!unseal) return work(null);
  const secret = readSetting(env, 'STEPGATE_SECRET');
  const connection = createRedisConnection(readRedisEndpoint(env));
  try {
    await connection.waitUntilUp(connectTimeoutMs);
    return await work(createRedisState({ connection, secret }).seal);
  } finally {
    connection.close();
  }
};

/** Prints what was given up. @returns whether all that was asked for could be shown. */
export const listDeadLetters = (
  options: ListOptions,
  env: NodeJS.ProcessEnv,
  { print, complain }: Output,
): Promise<boolean> => {
  const { json = false, unseal = false, sink } = options;
  if (unseal) readSetting(env, 'STEPGATE_SECRET');
  return withDeadLetters(env, async (letters) => {
    await checkSink(letters, options);
    const listed = (await letters.list()).filter((one) => sink === undefined || one.sink === sink);
    const { shown, unreadable } = await withSeal(env, unseal, (seal) => openLetters(listed, seal));
    if (json)
      print(
        JSON.stringify(
          shown.map((one) => jsonOf(one, unseal)),
          null,
          2,
        ),
      );
    else if (shown.length === 0) print('No dead letters.');
    else for (const line of tableOf(shown, unseal)) print(line);
    if (unreadable > 0) {
      complain(`${String(unreadable)} of them cannot be opened with this STEPGATE_SECRET.`);
    }
    return unreadable === 0;
  });
};

/** Has them tried anew. @returns whether there was one under each of the ids. */
export const replayDeadLetters = (
  ids: readonly string[],
  options: ReplayOptions & { readonly env: NodeJS.ProcessEnv },
  { print, complain }: Output,
): Promise<boolean> => {
  const { all = false, sink = null, env } = options;
  if (all === ids.length > 0) {
    throw new UsageError('Name the dead letters to replay by their ids, or all of them by --all.');
  }
  return withDeadLetters(env, async (letters) => {
    await checkSink(letters, options);
    const { replayed, unknown } = await letters.replay({ ids: all ? null : ids, sink });
    for (const letter of replayed) print(`${printable(letter.id)} is tried anew at ${letter.sink}`);
    print(`dead letters: ${String(replayed.length)} replayed`);
    for (const id of unknown) complain(`There is no dead letter ${id}.`);
    return unknown.length === 0;
  });
};
