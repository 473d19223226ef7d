export { defaultQueuePrefix } from './alert-job.js';
export {
  createAlertQueue,
  type AlertQueue,
  type AlertQueueOptions,
  type QueueCounts,
} from './alert-queue.js';
export { createAlertWorker, type AlertWorker, type AlertWorkerOptions } from './alert-worker.js';
export type { DeliverAlert, Delivery, DeliveryVerdict } from './job-processor.js';
export { createOutboxRelay, type OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js';
export { QueueUnavailableError, type QueueLog, type QueueMetrics } from './ports.js';
export type { QueueWatchState } from './queue-watch.js';
export { standardRetryDelaysMs } from './retry-schedule.js';
