export { AlertUnreadableError, createAlertSeal } from './alert-seal.js';
export { createRedisAlertOutbox, type AlertOutboxDeps } from './alert-outbox.js';
export {
  createRedisConnection,
  type RedisConnection,
  type RedisConnectionOptions,
  type RedisObserver,
} from './connection.js';
export {
  createRedisPopulations,
  type RedisPopulations,
  type RedisPopulationsDeps,
} from './population.js';
export type { RedisState } from './redis-ports.js';
export { createRedisState, type RedisStateDeps } from './redis-state.js';
export { initialiseState, type InstanceState } from './instance.js';
export { beginState, reportState, type StateReport } from './state-command.js';
export { createInstanceWatch, type InstanceWatch } from './instance-watch.js';
export { createRedisDurability, type RedisDurability } from './durability.js';
export {
  createStateWatch,
  safePolicy,
  type RedisSettings,
  type StateWatch,
} from './state-watch.js';
