import type { SealedAlert } from '@stepgate/assessment';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { alertQueueName, defaultQueuePrefix, jobIdOf, type AlertJob } from './alert-job.js';
import { QueueUnavailableError } from './ports.js';
import { connectForCommands } from './queue-connection.js';
import { standardRetryDelaysMs } from './retry-schedule.js';

export interface AlertQueueOptions {
  readonly url: string;
  readonly prefix?: string;
  readonly retryDelaysMs?: readonly number[];
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
}

export interface AlertQueue {
  /** Idempotent by the alert's id for a day after its delivery. @throws QueueUnavailableError */
  enqueue(alert: SealedAlert): Promise<void>;
  /** @throws QueueUnavailableError */
  counts(): Promise<QueueCounts>;
  /** Delayed jobs whose time came before `before`: none, while a worker moves. @throws as above */
  countOverdue(before: number): Promise<number>;
  close(): Promise<void>;
}

const day = 86_400;
/** Completed jobs stay for a day, so that their ids still refuse copies; failed ones are the dead letters. */
const keepCompleted = { age: day };
const keepFailed = { age: 30 * day, count: 10_000 };

/** BullMQ's scores of delayed jobs: milliseconds, shifted by twelve bits to order jobs within one. */
const delayedScore = (instant: number): number => instant * 4_096;

const orUnavailable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw new QueueUnavailableError('the alert queue cannot be reached', { cause: error });
  }
};

const openQueue = (options: AlertQueueOptions, connection: Redis): Queue<AlertJob> => {
  const { prefix = defaultQueuePrefix, retryDelaysMs = standardRetryDelaysMs } = options;
  const queue = new Queue<AlertJob>(alertQueueName, {
    connection,
    prefix,
    defaultJobOptions: {
      attempts: retryDelaysMs.length + 1,
      backoff: { type: 'custom' },
      removeOnComplete: keepCompleted,
      removeOnFail: keepFailed,
      stackTraceLimit: 0,
    },
  });
  queue.on('error', () => undefined);
  return queue;
};

const readCounts = async (queue: Queue<AlertJob>): Promise<QueueCounts> => {
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
  const connection = connectForCommands(options.url);
  const queue = openQueue(options, connection);
  const delayedKey = queue.toKey('delayed');
  return {
    enqueue: async (alert) => {
      const job: AlertJob = { alert, delivered: [] };
      await orUnavailable(queue.add('alert', job, { jobId: jobIdOf(alert.id) }));
    },
    counts: () => orUnavailable(readCounts(queue)),
    countOverdue: (before) =>
      orUnavailable(connection.zcount(delayedKey, '-inf', delayedScore(before))),
    close: async () => {
      await queue.close().catch(() => undefined);
      connection.disconnect();
    },
  };
};
