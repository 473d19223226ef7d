import { setTimeout as delay } from 'node:timers/promises';
import type { Check, EngineProcess } from '@stepgate/testing';
import type { Answer } from '../http/ask.js';
import { startBalancer, type Balancer } from '../http/balancer.js';
import { decisionQuestion, loginBody } from '../http/decision-question.js';
import { runPaced } from '../http/paced-load.js';
import { ms } from '../http/quantile.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const perSecond = 200;
const exitWithinMs = 10_000;
/** As the deployment in k8s/ does: taken out of the service first, told to stop a moment later. */
const takenOutForMs = 300;
/** As shipped. */
const goodbyeMs = '2000';

const portOf = ({ url }: EngineProcess): number => Number(new URL(url).port);

interface Roll {
  readonly rig: Rig;
  readonly balancer: Balancer;
  engines: readonly [EngineProcess, EngineProcess];
}

/** The older engine goes, a new one comes; never fewer than two but for the moment between. */
const restartOne = async (roll: Roll): Promise<number> => {
  const [older, newer] = roll.engines;
  const fresh = await roll.rig.startEngine();
  roll.balancer.use([newer, fresh].map(portOf));
  await delay(takenOutForMs);
  const startedAt = performance.now();
  await older.stop();
  const tookMs = performance.now() - startedAt;
  if (older.process.exitCode() !== 0) {
    throw new Error(`an engine ended with ${String(older.process.exitCode())}`);
  }
  roll.engines = [newer, fresh];
  return tookMs;
};

/** A share: HTTP/1.1 has no way to close an idle connection that no request can cross. */
const promisedStale = 0.0001;

const checksOf = (
  answers: readonly Answer[],
  exits: readonly number[],
  stale: number,
): readonly Check[] => {
  const broken = answers.filter(({ status }) => status === 0).length;
  const refused = answers.filter(({ status }) => status !== 0 && status !== 200).length;
  const slowest = Math.max(...exits);
  return [
    { name: 'connections reset', value: broken, target: '0', holds: broken === 0 },
    {
      name: 'idle connections closed under a request, asked again',
      value: stale,
      target: `<= ${String(100 * promisedStale)} % of ${String(answers.length)}`,
      holds: stale <= promisedStale * answers.length,
    },
    { name: 'answers that were no 2xx', value: refused, target: '0', holds: refused === 0 },
    {
      name: 'slowest exit',
      value: ms(slowest),
      target: `<= ${String(exitWithinMs)} ms`,
      holds: slowest <= exitWithinMs,
    },
  ];
};

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({ env: { STEPGATE_GOODBYE_MS: goodbyeMs } }, async (rig) => {
    const first = rig.engine;
    const second = await rig.startEngine();
    const balancer = await startBalancer([first, second].map(portOf));
    const roll: Roll = { rig, balancer, engines: [first, second] };
    let rolling = true;
    let stale = 0;
    const load = runPaced({
      perSecond,
      sockets: 32,
      goOn: () => rolling,
      onStale: () => {
        stale += 1;
      },
      question: (n) =>
        decisionQuestion(
          balancer.url,
          rig.deployment.apiKey,
          loginBody(`rolling-${String(n % 400)}`),
        ),
    });
    const exits: number[] = [];
    try {
      for (let n = 0; n < (context.quick ? 3 : 20); n += 1) exits.push(await restartOne(roll));
    } finally {
      rolling = false;
    }
    const answers = await load;
    await balancer.close();
    const causes = answers.flatMap(({ status, broken }) =>
      status === 200 ? [] : [broken ?? String(status)],
    );
    context.log(
      `${String(answers.length)} requests; ${[...new Set(causes)].join(', ') || 'all well'}`,
    );
    return checksOf(answers, exits, stale);
  });

export const rollingRestarts: Scenario = {
  name: 'rolling-restarts',
  promise: 'engines are replaced under load without a reset or a refused request',
  limitSeconds: 300,
  run,
};
