import { startRedisServer } from '@stepgate/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import {
  createAlertQueue,
  createAlertWorker,
  createSettlement,
  type AlertQueue,
  type AlertWorker,
  type AlertWorkerOptions,
  type Destination,
} from '../src/index.js';
import {
  createListOutbox,
  createRecorder,
  until,
  type ListOutbox,
  type Recorder,
} from './samples.js';

export interface QueueFixture {
  readonly redis: Redis;
  readonly url: string;
  readonly outbox: ListOutbox;
  /** A queue for these sinks, closed at the end of the test. */
  queueFor(...sinks: Destination[]): Promise<AlertQueue>;
  /** A worker for these sinks, stopped at the end of the test. */
  workerFor(
    sinks: readonly Destination[],
    changes?: Partial<AlertWorkerOptions>,
  ): Promise<{ readonly worker: AlertWorker; readonly queue: AlertQueue } & Recorder>;
  /** As BullMQ sees it. */
  stored(sink: string): Queue;
}

const answers = (queue: AlertQueue): Promise<boolean> =>
  queue.counts('any').then(
    () => true,
    () => false,
  );

/** A Redis of the file's own, emptied before each test. Call it outside of tests. */
export const useQueues = (): QueueFixture => {
  const ends: (() => Promise<unknown>)[] = [];
  const later: (() => Promise<unknown>)[] = [];
  let redis: Redis;
  let url: string;

  beforeAll(async () => {
    const server = await startRedisServer();
    url = server.url;
    redis = new Redis(url, { maxRetriesPerRequest: null });
    later.push(() => server.stop());
  });
  beforeEach(async () => {
    await redis.flushall();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    redis.disconnect();
    await Promise.all(later.map((end) => end()));
  });

  const queueFor: QueueFixture['queueFor'] = async (...sinks) => {
    const queue = createAlertQueue({ url, sinks });
    ends.push(() => queue.close());
    await until(() => answers(queue));
    return queue;
  };
  return {
    get redis() {
      return redis;
    },
    get url() {
      return url;
    },
    get outbox() {
      return createListOutbox(redis);
    },
    queueFor,
    workerFor: async (sinks, changes = {}) => {
      const recorder = createRecorder();
      const queue = await queueFor(...sinks);
      const worker = createAlertWorker({
        url,
        queue,
        sinks,
        settlement: createSettlement({ outbox: createListOutbox(redis), queue, sinks }),
        watch: { everyMs: 50, stuckAfterMs: 5_000 },
        ...recorder,
        ...changes,
      });
      ends.push(() => worker.stop(1_000));
      worker.start();
      return { worker, queue, ...recorder };
    },
    stored: (sink) => {
      const queue = new Queue(`alerts-${sink}`, { connection: redis, prefix: '{stepgate}' });
      ends.push(() => queue.close());
      return queue;
    },
  };
};
