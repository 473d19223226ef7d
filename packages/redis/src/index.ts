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
export { createRedisState, type RedisState, type RedisStateDeps } from './redis-state.js';
