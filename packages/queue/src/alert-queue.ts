import type { SealedAlert } from '@stepgate/assessment';
import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { defaultQueuePrefix, jobIdOf, queueNameOf, type AlertJob } from './alert-job.js';
import { QueueUnavailableError, type Destination } from './ports.js';
import { connectForCommands, type QueueEndpoint } from './queue-connection.js';
import { standardRetryDelaysMs } from './retry-schedule.js';
import { createSinkRegistry, type SinkRegistry } from './sink-registry.js';

export interface AlertQueueOptions extends QueueEndpoint {
  readonly prefix?: string;
  readonly sinks: readonly Pick<Destination, 'name' | 'retryDelaysMs'>[];
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
}

/** `ended`: delivered, or with the dead letters. `missing`: the queue knows nothing of it. */
export type JobProgress = 'pending' | 'ended' | 'missing';

/** One BullMQ queue for each sink. All that it does throws QueueUnavailableError when Redis fails. */
export interface AlertQueue {
  /** Idempotent by the message's id for a day after its delivery. */
  enqueue(alert: SealedAlert, sink: string): Promise<void>;
  /** For a job that is missing: what may be left of it is taken away first. */
  enqueueAgain(alert: SealedAlert, sink: string): Promise<void>;
  /** Remembers for 30 days that the sink has the message, longer than the job itself is kept. */
  markDelivered(id: string, sink: string): Promise<void>;
  progressOf(id: string, sink: string): Promise<JobProgress>;
  counts(sink: string): Promise<QueueCounts>;
  /** Delayed jobs whose time came before `before`: none, while a worker moves. */
  countOverdue(sink: string, before: number): Promise<number>;
  /** Delayed jobs are due now. */
  promote(sink: string): Promise<void>;
  readonly registry: SinkRegistry;
  close(): Promise<void>;
}

const day = 86_400;
/** Completed jobs stay for a day, so that their ids still refuse copies; failed ones are the dead letters. */
const keepCompleted = { age: day };
const keepFailed = { age: 30 * day, count: 10_000 };
const deliveredSeconds = 30 * day;

/** BullMQ's scores of delayed jobs: milliseconds, shifted by twelve bits to order jobs within one. */
const delayedScore = (instant: number): number => instant * 4_096;

const orUnavailable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw new QueueUnavailableError('the alert queue cannot be reached', { cause: error });
  }
};

/** The queues of all sinks on one connection; opened when first asked for. */
export const createSinkQueues = (
  connection: Redis | Cluster,
  prefix: string,
): { of(sink: string): Queue; close(): Promise<void> } => {
  const queues = new Map<string, Queue>();
  const open = (sink: string): Queue => {
    const queue = new Queue(queueNameOf(sink), {
      connection,
      prefix,
      // Nobody reads the stream of events; its default would keep ten thousand for each sink.
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: {
        backoff: { type: 'custom' },
        removeOnComplete: keepCompleted,
        removeOnFail: keepFailed,
        stackTraceLimit: 0,
      },
    });
    queue.on('error', () => undefined);
    queues.set(sink, queue);
    return queue;
  };
  return {
    of: (sink) => queues.get(sink) ?? open(sink),
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close().catch(() => undefined)));
    },
  };
};

const readCounts = async (queue: Queue): Promise<QueueCounts> => {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');
  const of = (state: keyof QueueCounts): number => counts[state] ?? 0;
  return {
    waiting: of('waiting'),
    active: of('active'),
    delayed: of('delayed'),
    failed: of('failed'),
    completed: of('completed'),
  };
};

export const createAlertQueue = (options: AlertQueueOptions): AlertQueue => {
  const { prefix = defaultQueuePrefix, sinks } = options;
  const connection = connectForCommands(options);
  const queues = createSinkQueues(connection, prefix);
  const delaysOf = new Map(sinks.map(({ name, retryDelaysMs }) => [name, retryDelaysMs]));
  const deliveredKey = (id: string): string => `${prefix}:alert-delivered:${jobIdOf(id)}`;

  const add = async (alert: SealedAlert, sink: string): Promise<void> => {
    const job: AlertJob = { alert, sink };
    const attempts = (delaysOf.get(sink) ?? standardRetryDelaysMs).length + 1;
    await queues.of(sink).add('alert', job, { jobId: jobIdOf(alert.id), attempts });
  };
  const progressOf = async (id: string, sink: string): Promise<JobProgress> => {
    const state = await queues.of(sink).getJobState(jobIdOf(id));
    if (state === 'completed' || state === 'failed') return 'ended';
    if (state !== 'unknown') return 'pending';
    return (await connection.sismember(deliveredKey(id), sink)) === 1 ? 'ended' : 'missing';
  };

  return {
    enqueue: (alert, sink) => orUnavailable(add(alert, sink)),
    enqueueAgain: (alert, sink) =>
      orUnavailable(
        queues
          .of(sink)
          .remove(jobIdOf(alert.id))
          .then(() => add(alert, sink)),
      ),
    markDelivered: async (id, sink) => {
      const key = deliveredKey(id);
      await orUnavailable(connection.multi().sadd(key, sink).expire(key, deliveredSeconds).exec());
    },
    progressOf: (id, sink) => orUnavailable(progressOf(id, sink)),
    counts: (sink) => orUnavailable(readCounts(queues.of(sink))),
    countOverdue: (sink, before) =>
      orUnavailable(
        connection.zcount(queues.of(sink).toKey('delayed'), '-inf', delayedScore(before)),
      ),
    promote: (sink) => orUnavailable(queues.of(sink).promoteJobs()),
    registry: createSinkRegistry(connection, prefix),
    close: async () => {
      await queues.close();
      connection.disconnect();
    },
  };
};
