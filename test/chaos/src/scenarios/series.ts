import type { Check } from '@stepgate/testing';
import { ask, keepAlive, type Question } from '../http/ask.js';
import { decisionQuestion, loginBody } from '../http/decision-question.js';
import { scrape, seriesIn } from '../http/process-metrics.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const maxSeries = 500;
const atOnce = 24;

const addressOf = (n: number): string =>
  `${String(11 + (n % 150))}.${String((n >> 3) % 256)}.${String((n >> 7) % 256)}.${String(n % 254)}`;

/** Another subject, address, device and user agent each time; now and then a path that is none. */
const questionOf = ({ engine, deployment }: Rig, n: number): Question => {
  const body = loginBody(`subject-${String(n)}`);
  const decision = decisionQuestion(engine.url, deployment.apiKey, {
    ...body,
    context: {
      ip: addressOf(n),
      user_agent: `Browser${String(n)}/1.0 (System ${String(n)})`,
      device: { id: `device-${String(n)}` },
    },
  });
  return n % 10 === 0
    ? { ...decision, method: 'GET', url: `${engine.url}/path-${String(n)}/x`, body: '' }
    : decision;
};

const sendAll = async (rig: Rig, from: number, to: number): Promise<number> => {
  const agent = keepAlive(atOnce);
  let next = from;
  let broken = 0;
  const lane = async (): Promise<void> => {
    while (next < to) {
      const n = next;
      next += 1;
      const { status } = await ask(questionOf(rig, n), agent);
      if (status !== 200 && status !== 404) broken += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  agent.destroy();
  return broken;
};

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({ quiet: true }, async (rig) => {
    const total = context.quick ? 5_000 : 100_000;
    const half = total / 2;
    const refused = (await sendAll(rig, 0, half)) + (await sendAll(rig, half, half + 1));
    const early = seriesIn(await scrape(rig.engine.url));
    const refusedLater = await sendAll(rig, half + 1, total);
    const late = seriesIn(await scrape(rig.engine.url));
    context.log(`not answered as usual: ${String(refused + refusedLater)} of ${String(total)}`);
    return [
      { name: 'series', value: late, target: `<= ${String(maxSeries)}`, holds: late <= maxSeries },
      {
        name: 'series that came with the second half',
        value: late - early,
        // A code or reason may be seen for the first time; none of them names a person.
        target: '<= 10',
        holds: late - early <= 10,
      },
    ];
  });

export const series: Scenario = {
  name: 'series',
  promise: 'metric series are bounded however many subjects, addresses, agents and paths there are',
  limitSeconds: 600,
  run,
};
