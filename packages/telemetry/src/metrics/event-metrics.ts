import { eventTypes, type EventType } from '@stepgate/engine';
import type { Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export interface EventMetrics {
  event(type: EventType): void;
}

/** Events about prompts, with the value of the label `result`. */
const promptEvents: readonly (readonly [EventType, string])[] = [
  ['push_sent', 'sent'],
  ['push_approved', 'approved'],
  ['push_denied', 'denied'],
  ['push_ignored', 'ignored'],
  ['push_reported', 'reported'],
  ['push_cancelled', 'cancelled'],
];

export const createEventMetrics = (registry: Registry): EventMetrics => {
  const events = createTally(registry, {
    name: `${metricPrefix}events_total`,
    help: 'Events recorded; a repeated event counts once.',
    labels: ['type'],
  });
  const prompts = createTally(registry, {
    name: `${metricPrefix}push_prompts_total`,
    help: 'Push prompts by what became of them.',
    labels: ['result'],
  });
  const byType = new Map(eventTypes.map((type) => [type, events.slot({ type })]));
  const byPrompt = new Map(promptEvents.map(([type, result]) => [type, prompts.slot({ result })]));
  return {
    event: (type) => {
      byType.get(type)?.();
      byPrompt.get(type)?.();
    },
  };
};
