import { Gauge, type Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

/** What is kept: a denial, the use of a decision, an event. */
export type DurableKind = 'decision' | 'completion' | 'event';

export interface DurabilityMetrics {
  durable(kind: DurableKind, durable: boolean): void;
  /** Whether the state that was begun is missing, in part or as a whole. */
  stateEmptied(emptied: boolean): void;
}

export const createDurabilityMetrics = (registry: Registry): DurabilityMetrics => {
  const tally = createTally(registry, {
    name: `${metricPrefix}durable_total`,
    help: 'Denials, completions and events by whether they were known to be kept when answered.',
    labels: ['kind', 'durable'],
  });
  const emptied = new Gauge({
    name: `${metricPrefix}state_emptied`,
    help: '1 while the state in Redis is not the one that was begun, or none was begun; else 0.',
    registers: [registry],
  });
  const slotsOf = (kind: DurableKind) => ({
    yes: tally.slot({ kind, durable: 'true' }),
    no: tally.slot({ kind, durable: 'false' }),
  });
  const slots = {
    decision: slotsOf('decision'),
    completion: slotsOf('completion'),
    event: slotsOf('event'),
  };
  return {
    stateEmptied: (isEmptied) => {
      emptied.set(isEmptied ? 1 : 0);
    },
    durable: (kind, durable) => {
      slots[kind][durable ? 'yes' : 'no']();
    },
  };
};
