import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevStack, repositoryRoot } from '../dev-stack/dev-stack.js';
import { waitUntil } from '../dev-stack/wait-until.js';
import type { Delivery } from '../dev-stack/webhook-receiver.js';
import { chapters, expectedAlerts } from './chapters.js';
import { createDevApi } from './dev-api.js';
import { playStory } from './play-story.js';
import { createStoryPrinter, printAlerts, printSummary, readAlert } from './print-story.js';
import { firstTorExit } from './story.js';

const alertTimeoutMs = 30_000;
/** A Monday, so that the week reads well; the year does not matter. */
const firstMidnight = new Date('2026-03-02T00:00:00Z');

/** Alerts by their ids: one alert may send several messages. */
const alertsOf = (deliveries: readonly Delivery[], kind: string): ReadonlySet<unknown> =>
  new Set(
    deliveries
      .map((delivery) => readAlert(delivery).data)
      .filter((data) => data['kind'] === kind)
      .map((data) => data['alert_id']),
  );

const alertProblems = (deliveries: readonly Delivery[]): string[] => {
  const wrong = expectedAlerts.flatMap((kind) => {
    const count = alertsOf(deliveries, kind).size;
    return count === 1 ? [] : [`expected one alert ${kind}, got ${String(count)}`];
  });
  const unsigned = deliveries.filter(({ signature_valid: valid }) => !valid).length;
  return unsigned === 0 ? wrong : [...wrong, `${String(unsigned)} alerts with a wrong signature`];
};

const alertsArrive = async (deliveries: () => readonly Delivery[]): Promise<void> => {
  await waitUntil(() => deliveries().length >= expectedAlerts.length, {
    timeoutMs: alertTimeoutMs,
    what: () => `Only ${String(deliveries().length)} alerts arrived at the webhook.`,
  });
};

/** Plays the story against a stack of its own. @returns whether everything was as the story expects. */
export const runDemo = async (print: (line: string) => void): Promise<boolean> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-demo-'));
  const stack = await startDevStack({ directory, temporary: true, wellKnownPorts: false });
  try {
    print(`Redis: ${stack.redis.description}\n`);
    const printer = createStoryPrinter(print);
    const api = createDevApi(stack.addresses.engine, stack.addresses.api_key);
    await playStory(
      chapters(firstTorExit(repositoryRoot)),
      { api, listener: printer },
      { start: firstMidnight, runId: randomUUID() },
    );
    await alertsArrive(stack.receiver.deliveries);
    const deliveries = stack.receiver.deliveries();
    printAlerts(deliveries, print);
    printSummary(printer.scenes, print);
    const problems = [
      ...printer.scenes.flatMap(({ differences }) => differences),
      ...alertProblems(deliveries),
    ];
    for (const problem of problems) print(`✗ ${problem}`);
    print(problems.length === 0 ? '\nThe story went as told.' : '\nThe story went otherwise.');
    return problems.length === 0;
  } finally {
    await stack.stop();
  }
};
