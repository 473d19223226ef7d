export { createAssessmentObserver } from './assessment-observer.js';
export { readEnvironment, type EnvironmentOptions, type EnvironmentResult } from './environment.js';
export {
  createHealth,
  type CheckResult,
  type Health,
  type HealthCheck,
  type Readiness,
} from './health.js';
export {
  createHttpServer,
  type HttpLimits,
  type HttpServer,
  type HttpServerOptions,
  type Listening,
  type TlsMaterial,
} from './http-server.js';
export { createLog, type Log, type LogOptions } from './log.js';
export { logLevels, type LogFields, type LogLevel } from './log-fields.js';
export type { AlertMetrics, DeliveryResult } from './metrics/alert-metrics.js';
export {
  createMetrics,
  type AlertWorkerMetrics,
  type GatewayMetrics,
  type MetricsOf,
  type RiskEngineMetrics,
  type ServiceName,
} from './metrics/create-metrics.js';
export type { Enforcement, EnforcementCause, EngineResult } from './metrics/enforcement-metrics.js';
export {
  checkRedisSettings,
  redisEndpointOf,
  redisFields,
  type RedisEndpointSettings,
} from './redis-settings.js';
export type { RedisMetrics } from './metrics/redis-metrics.js';
export { readVersion, type ServiceMetrics } from './metrics/service-registry.js';
export { createOperationsRouter, type OperationsDeps } from './operations-router.js';
export { runService, type RunServiceOptions } from './run-service.js';
