import type { AlertReviews } from '@stepgate/assessment';
import { createAlertReviewer, type QueueLog } from '../src/index.js';
import { until } from './samples.js';

type Pass = Awaited<ReturnType<AlertReviews['reviewDue']>> | Error;

/** Plays the passes in turn, then goes on with nothing due. */
const review = (passes: readonly Pass[]) => {
  const told: string[] = [];
  let passed = 0;
  const note: QueueLog['info'] = (_fields, message) => void told.push(message);
  const reviews: AlertReviews = {
    reviewDue: () => {
      const pass = passes[passed] ?? { reviewed: 0, rungs: [] };
      passed += 1;
      return pass instanceof Error ? Promise.reject(pass) : Promise.resolve(pass);
    },
    countOpenAlerts: () => Promise.resolve(7),
  };
  const reviewer = createAlertReviewer({
    reviews,
    metrics: {
      openAlerts: (count) => void told.push(`open ${String(count)}`),
      rungReached: (at) => void told.push(`rung ${String(at)}`),
    },
    log: { info: note, warn: note, error: note },
    intervalMs: 5,
  });
  return { reviewer, told, passed: () => passed };
};

describe('the alert reviewer', () => {
  it('looks again and again, and tells which rungs were reached and how many alerts are open', async () => {
    const { reviewer, told, passed } = review([{ reviewed: 2, rungs: [3, 5] }]);
    reviewer.start();
    await until(() => passed() >= 3);
    await reviewer.stop();
    expect(told.slice(0, 4)).toEqual(['rung 3', 'rung 5', 'open 7', 'open 7']);
  });

  it('outlives a store that is away, and says so once', async () => {
    const away = new Error('away');
    const { reviewer, told, passed } = review([away, away, away]);
    reviewer.start();
    await until(() => told.includes('open 7'));
    await reviewer.stop();
    expect(told.slice(0, 3)).toEqual([
      'alerts cannot be reviewed',
      'open 7',
      'alerts are reviewed again',
    ]);
    const atStop = passed();
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed()).toBe(atStop);
  });
});
