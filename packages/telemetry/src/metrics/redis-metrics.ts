import { Gauge, Histogram, type Registry } from 'prom-client';
import { createLabelCap } from './label-cap.js';
import { metricPrefix } from './service-registry.js';

export interface RedisMetrics {
  redisUp(up: boolean): void;
  /** `script` is a script's or command's name, never a key. */
  redisCommand(script: string, durationMs: number): void;
}

const maxScripts = 32;

export const createRedisMetrics = (registry: Registry): RedisMetrics => {
  const up = new Gauge({
    name: `${metricPrefix}redis_up`,
    help: '1 while Redis answers in time, else 0.',
    registers: [registry],
  });
  const duration = new Histogram({
    name: `${metricPrefix}redis_command_duration_seconds`,
    help: 'Time from sending a script or command to its answer or time-out.',
    labelNames: ['script'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [registry],
  });
  const scriptLabel = createLabelCap(maxScripts);
  return {
    redisUp: (isUp) => {
      up.set(isUp ? 1 : 0);
    },
    redisCommand: (script, durationMs) => {
      duration.observe({ script: scriptLabel(script) }, durationMs / 1_000);
    },
  };
};
