import { createMetrics, type ServiceName } from '@stepgate/telemetry';
import { readMetricsTable, type DocumentedMetric } from './metrics-table.js';

const services: readonly ServiceName[] = ['risk-engine', 'gateway', 'alert-worker'];

interface Registered {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const registeredBy = async (service: ServiceName): Promise<Registered[]> => {
  const { registry } = createMetrics({ service });
  const described = await registry.getMetricsAsJSON();
  return described
    .filter(({ name }) => name.startsWith('stepgate_'))
    .map(({ name, type }) => {
      const metric: unknown = registry.getSingleMetric(name);
      const { labelNames } = metric as { labelNames: readonly string[] };
      return { name, type: String(type), labels: [...labelNames].sort() };
    });
};

const readRegistries = async (): Promise<Map<string, DocumentedMetric>> => {
  const metrics = new Map<string, DocumentedMetric & { services: string[] }>();
  for (const service of services) {
    for (const { name, type, labels } of await registeredBy(service)) {
      const known = metrics.get(name);
      if (known === undefined) metrics.set(name, { type, labels, services: [service] });
      else known.services.push(service);
    }
  }
  for (const { services: from } of metrics.values()) from.sort();
  return metrics;
};

describe('docs/metrics.md', () => {
  it('names every metric of the services, with its type, labels and origin, and no other', async () => {
    const registered = await readRegistries();
    expect(Object.fromEntries(readMetricsTable())).toEqual(Object.fromEntries(registered));
  });

  it('documents no label that could hold a subject, an address or a device', () => {
    const labels = [...readMetricsTable().values()].flatMap((metric) => metric.labels);
    expect(labels.length).toBeGreaterThan(20);
    expect(labels).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^(user|subject|ip|address|device|path|tenant)$/),
      ]),
    );
  });
});
