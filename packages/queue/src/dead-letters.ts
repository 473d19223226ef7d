import type { SealedAlert } from '@stepgate/assessment';
import type { Instant } from '@stepgate/engine';
import type { Job, Queue } from 'bullmq';
import { defaultQueuePrefix, parseAlertJob } from './alert-job.js';
import { createSinkQueues } from './alert-queue.js';
import { QueueUnavailableError } from './ports.js';
import { connectForOperator, type QueueEndpoint } from './queue-connection.js';
import { createSinkRegistry } from './sink-registry.js';

/** A message that a sink was given up on. */
export interface DeadLetter {
  /** Of the message: the same at every sink. */
  readonly id: string;
  readonly sink: string;
  /** Null: the job is malformed. */
  readonly alert: SealedAlert | null;
  readonly tries: number;
  readonly cause: string;
  readonly diedAt: Instant;
}

export interface Replay {
  /** Null: all of them. */
  readonly ids: readonly string[] | null;
  /** Null: of every sink. */
  readonly sink: string | null;
}

export interface Replayed {
  readonly replayed: readonly DeadLetter[];
  /** Ids that no dead letter has. */
  readonly unknown: readonly string[];
}

/** All that it does throws QueueUnavailableError when Redis fails. */
export interface DeadLetters {
  /** All that there have been, also those that are no longer configured. */
  sinks(): Promise<readonly string[]>;
  /** Of all sinks; the latest first. */
  list(): Promise<readonly DeadLetter[]>;
  /** Gives them all their tries again, at once. */
  replay(asked: Replay): Promise<Replayed>;
  close(): Promise<void>;
}

interface Found {
  readonly job: Job;
  readonly letter: DeadLetter;
}

const pageSize = 500;

const letterOf = (sink: string, job: Job): DeadLetter => ({
  id: job.id ?? '',
  sink,
  alert: parseAlertJob(sink, job)?.alert ?? null,
  tries: job.attemptsMade,
  cause: job.failedReason,
  diedAt: job.finishedOn ?? 0,
});

const failedOf = async (sink: string, queue: Queue): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (let from = 0; ; from += pageSize) {
    const page = await queue.getFailed(from, from + pageSize - 1);
    found.push(...page.map((job) => ({ job, letter: letterOf(sink, job) })));
    if (page.length < pageSize) return found;
  }
};

/** @returns false when it is no dead letter any more: somebody else was faster. */
const retry = async (job: Job): Promise<boolean> => {
  try {
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  } catch (error) {
    if (!(await job.isFailed())) return false;
    throw error;
  }
};

const matches = ({ ids, sink }: Replay, letter: DeadLetter): boolean =>
  (ids === null || ids.includes(letter.id)) && (sink === null || sink === letter.sink);

const orUnavailable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw new QueueUnavailableError('the alert queue cannot be reached', { cause: error });
  }
};

/** The dead letters of a deployment, for an operator. */
export const createDeadLetters = (
  options: QueueEndpoint & { readonly prefix?: string },
): DeadLetters => {
  const { prefix = defaultQueuePrefix } = options;
  const connection = connectForOperator(options);
  const registry = createSinkRegistry(connection, prefix);
  const queues = createSinkQueues(connection, prefix);
  const find = async (): Promise<readonly Found[]> => {
    const sinks = await registry.all();
    const found = await Promise.all(sinks.map((sink) => failedOf(sink, queues.of(sink))));
    return found.flat().toSorted((a, b) => b.letter.diedAt - a.letter.diedAt);
  };
  const replay = async (asked: Replay): Promise<Replayed> => {
    const found = (await find()).filter(({ letter }) => matches(asked, letter));
    const replayed: DeadLetter[] = [];
    for (const { job, letter } of found) if (await retry(job)) replayed.push(letter);
    const known = new Set(found.map(({ letter }) => letter.id));
    return { replayed, unknown: (asked.ids ?? []).filter((id) => !known.has(id)) };
  };
  return {
    sinks: () => orUnavailable(registry.all()),
    list: () => orUnavailable(find().then((found) => found.map(({ letter }) => letter))),
    replay: (asked) => orUnavailable(replay(asked)),
    close: async () => {
      await queues.close();
      connection.disconnect();
    },
  };
};
