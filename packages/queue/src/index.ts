export { defaultQueuePrefix } from './alert-job.js';
export {
  createAlertQueue,
  type AlertQueue,
  type AlertQueueOptions,
  type JobProgress,
  type QueueCounts,
} from './alert-queue.js';
export { createAlertReviewer, type AlertReviewerOptions } from './alert-reviewer.js';
export { createAlertWorker, type AlertWorker, type AlertWorkerOptions } from './alert-worker.js';
export {
  createDeadLetters,
  type DeadLetter,
  type DeadLetters,
  type Replay,
  type Replayed,
} from './dead-letters.js';
export { createOutboxRelay, type OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js';
export {
  QueueUnavailableError,
  type Delivery,
  type DeliveryResult,
  type DeliveryVerdict,
  type Destination,
  type QueueLog,
  type QueueMetrics,
} from './ports.js';
export type { QueueWatchState } from './queue-watch.js';
export {
  createReconciler,
  type Reconciled,
  type Reconciler,
  type ReconcilerOptions,
} from './reconciler.js';
export { standardRetryDelaysMs } from './retry-schedule.js';
export { createSettlement, type Settlement, type SettlementOptions } from './settlement.js';
