import { Gauge, type Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export interface SourceAge {
  readonly source: string;
  readonly ageSeconds: number;
}

export interface SourceMetrics {
  /** Replaces what is known of the loaded policies. */
  policiesLoaded(policies: readonly { readonly name: string; readonly version: string }[]): void;
  policyReload(result: 'loaded' | 'refused'): void;
  /** `read` is called at every scrape: the age of each signal source's data. */
  intelDataAge(read: () => readonly SourceAge[]): void;
}

export const maxPolicies = 20;
const maxIntelSources = 32;

const createIntelAge = (registry: Registry): SourceMetrics['intelDataAge'] => {
  let read: () => readonly SourceAge[] = () => [];
  const age: Gauge<'source'> = new Gauge({
    name: `${metricPrefix}intel_data_age_seconds`,
    help: 'Age of the data of a signal source (geo, ASN, reputation lists).',
    labelNames: ['source'],
    registers: [registry],
    collect: () => {
      age.reset();
      for (const { source, ageSeconds } of read().slice(0, maxIntelSources)) {
        age.set({ source }, ageSeconds);
      }
    },
  });
  return (reader) => {
    read = reader;
  };
};

export const createSourceMetrics = (registry: Registry): SourceMetrics => {
  const info = new Gauge({
    name: `${metricPrefix}policy_info`,
    help: 'Always 1; one series per policy in force.',
    labelNames: ['policy', 'version'],
    registers: [registry],
  });
  const reloads = createTally(registry, {
    name: `${metricPrefix}policy_reloads_total`,
    help: 'Readings of the policy directory; refused means that the last good policies stay.',
    labels: ['result'],
  });
  const byResult = {
    loaded: reloads.slot({ result: 'loaded' }),
    refused: reloads.slot({ result: 'refused' }),
  };
  return {
    policiesLoaded: (policies) => {
      info.reset();
      for (const { name, version } of policies.slice(0, maxPolicies)) {
        info.set({ policy: name, version }, 1);
      }
    },
    policyReload: (result) => {
      byResult[result]();
    },
    intelDataAge: createIntelAge(registry),
  };
};
