import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export const metricPrefix = 'stepgate_';

export interface ServiceMetrics {
  /** Serves `/metrics`: `contentType` and `metrics()`. */
  readonly registry: Registry;
}

/** Gauges whose names end in `_total`; promtool's linter refuses them, and so would a scrape check. */
const misnamedDefaults = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/** All packages of the repository carry one version. */
export const readVersion = (): string => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const named = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return named && typeof manifest.version === 'string' ? manifest.version : 'unknown';
};

export const createServiceRegistry = (): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamedDefaults) registry.removeSingleMetric(name);
  const buildInfo = new Gauge({
    name: `${metricPrefix}build_info`,
    help: 'Always 1; the label says which version runs.',
    labelNames: ['version'],
    registers: [registry],
  });
  buildInfo.set({ version: readVersion() }, 1);
  return registry;
};
