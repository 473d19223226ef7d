import { createAlertMetrics, type AlertMetrics } from './alert-metrics.js';
import { createAuditMetrics, type AuditMetrics } from './audit-metrics.js';
import { createDecisionMetrics, type DecisionMetrics } from './decision-metrics.js';
import { createDurabilityMetrics, type DurabilityMetrics } from './durability-metrics.js';
import { createEdgeMetrics, type EdgeMetrics } from './edge-metrics.js';
import { createEnforcementMetrics, type EnforcementMetrics } from './enforcement-metrics.js';
import { createEventMetrics, type EventMetrics } from './event-metrics.js';
import { createEvidenceMetrics, type EvidenceMetrics } from './evidence-metrics.js';
import { createIdpMetrics, type IdpMetrics } from './idp-metrics.js';
import { createLabelCap } from './label-cap.js';
import { createRedisMetrics, type RedisMetrics } from './redis-metrics.js';
import { createRungMetrics, type RungMetrics } from './rung-metrics.js';
import { createServiceRegistry, type ServiceMetrics } from './service-registry.js';
import { createSourceMetrics, maxPolicies, type SourceMetrics } from './source-metrics.js';

export type RiskEngineMetrics = ServiceMetrics &
  RedisMetrics &
  AuditMetrics &
  DecisionMetrics &
  DurabilityMetrics &
  EvidenceMetrics &
  EventMetrics &
  EdgeMetrics &
  IdpMetrics &
  RungMetrics &
  SourceMetrics;
export type GatewayMetrics = ServiceMetrics & EnforcementMetrics;
export type AlertWorkerMetrics = ServiceMetrics & RedisMetrics & AlertMetrics & RungMetrics;

export interface MetricsOf {
  readonly 'risk-engine': RiskEngineMetrics;
  readonly gateway: GatewayMetrics;
  readonly 'alert-worker': AlertWorkerMetrics;
}
export type ServiceName = keyof MetricsOf;

const factories: { readonly [S in ServiceName]: () => MetricsOf[S] } = {
  'risk-engine': () => {
    const registry = createServiceRegistry();
    return {
      registry,
      ...createRedisMetrics(registry),
      ...createAuditMetrics(registry),
      ...createDecisionMetrics(registry, createLabelCap(maxPolicies)),
      ...createDurabilityMetrics(registry),
      ...createEvidenceMetrics(registry),
      ...createEventMetrics(registry),
      ...createEdgeMetrics(registry),
      ...createIdpMetrics(registry),
      ...createRungMetrics(registry),
      ...createSourceMetrics(registry),
    };
  },
  gateway: () => {
    const registry = createServiceRegistry();
    return { registry, ...createEnforcementMetrics(registry) };
  },
  'alert-worker': () => {
    const registry = createServiceRegistry();
    return {
      registry,
      ...createRedisMetrics(registry),
      ...createAlertMetrics(registry),
      ...createRungMetrics(registry),
    };
  },
};

/**
 * The metrics of one service: its registry and a recording function for each metric. Labels are
 * bounded: no subject, address or device, and names from configuration are capped.
 */
export const createMetrics = <S extends ServiceName>({
  service,
}: {
  readonly service: S;
}): MetricsOf[S] => factories[service]();
