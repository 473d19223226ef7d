import { waitUntil } from '@stepgate/cli';
import type { Check } from '@stepgate/testing';
import { decisionQuestion, loginBody } from '../http/decision-question.js';
import { drip, type Dripping } from '../http/dripping-socket.js';
import { during, runPaced } from '../http/paced-load.js';
import { ms, quantile } from '../http/quantile.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const cutWithinMs = 15_000;
const perSecond = 100;
/** Below this, twice is the noise of two shared cores. */
const quietMs = 25;

const headers = 'POST /v1/decisions HTTP/1.1\r\nHost: x\r\nX-Slow: ';
const slowBody = (apiKey: string): string =>
  `POST /v1/decisions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${apiKey}\r\n` +
  'Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{"a":"';

const healthyFor = async (
  { engine, deployment }: Rig,
  seconds: number,
): Promise<{ readonly times: readonly number[]; readonly failed: number }> => {
  const answers = await runPaced({
    perSecond,
    goOn: during(seconds),
    question: (n) =>
      decisionQuestion(engine.url, deployment.apiKey, loginBody(`healthy-${String(n % 500)}`)),
  });
  return {
    times: answers.map((answer) => answer.ms),
    failed: answers.filter(({ status }) => status !== 200).length,
  };
};

const openAll = ({ engine, deployment }: Rig, count: number): readonly Dripping[] => {
  const port = Number(new URL(engine.url).port);
  const body = slowBody(deployment.apiKey);
  return Array.from({ length: count }, (_, n) =>
    drip(port, n % 2 === 0 ? headers : body, n / count),
  );
};

const cutTimes = async (sockets: readonly Dripping[]): Promise<readonly number[]> => {
  const cut = (): readonly number[] =>
    sockets.map((socket) => socket.cutAfterMs()).filter((after) => after !== null);
  await waitUntil(() => cut().length === sockets.length, {
    timeoutMs: cutWithinMs + 10_000,
    what: () => `${String(sockets.length - cut().length)} sockets were never cut`,
  });
  return cut();
};

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({}, async (rig) => {
    const [count, rounds] = context.quick ? [100, 1] : [500, 3];
    const seconds = 8;
    await healthyFor(rig, 3);
    const without: number[] = [];
    const beside: number[] = [];
    const cuts: number[] = [];
    let failed = 0;
    // Turn about: what the machine does otherwise falls on both.
    for (let round = 0; round < rounds; round += 1) {
      const before = await healthyFor(rig, seconds);
      const sockets = openAll(rig, count);
      const during = await healthyFor(rig, seconds);
      without.push(...before.times);
      beside.push(...during.times);
      failed += before.failed + during.failed;
      cuts.push(...(await cutTimes(sockets)));
      for (const socket of sockets) socket.end();
    }
    const [alone, slowed] = [quantile(without, 0.99), quantile(beside, 0.99)];
    const latest = Math.max(...cuts);
    context.log(`p99 without ${ms(alone)}, beside ${String(count)} slow clients ${ms(slowed)}`);
    return [
      {
        name: 'healthy p99 beside slow clients',
        value: ms(slowed),
        target: `<= 2 x ${ms(alone)}`,
        holds: slowed <= Math.max(2 * alone, quietMs),
      },
      { name: 'healthy requests that failed', value: failed, target: '0', holds: failed === 0 },
      {
        name: 'slowest cut',
        value: ms(latest),
        target: `<= ${String(cutWithinMs)} ms`,
        holds: latest <= cutWithinMs,
      },
    ];
  });

export const slowClients: Scenario = {
  name: 'slow-clients',
  promise: 'dripping sockets are cut within 15 s and slow nobody else',
  limitSeconds: 180,
  run,
};
