import type { Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

/** `rate`: its caller asked too fast; `overload`: there was no room for it. */
const shedReasons = ['rate', 'overload'] as const;
type ShedReason = (typeof shedReasons)[number];

export interface EdgeMetrics {
  /** A request was turned away before it was worked on. */
  requestShed(reason: ShedReason): void;
}

export const createEdgeMetrics = (registry: Registry): EdgeMetrics => {
  const shed = createTally(registry, {
    name: `${metricPrefix}requests_shed_total`,
    help: 'Requests turned away unanswered, with 429 or 503.',
    labels: ['reason'],
  });
  for (const reason of shedReasons) shed.slot({ reason });
  return {
    requestShed: (reason) => {
      shed.count({ reason });
    },
  };
};
