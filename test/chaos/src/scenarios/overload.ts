import { createApiKey, waitUntil } from '@stepgate/cli';
import { readFile, writeFile } from 'node:fs/promises';
import type { Check } from '@stepgate/testing';
import { ask, keepAlive, type Answer } from '../http/ask.js';
import { decisionQuestion, loginBody } from '../http/decision-question.js';
import { during, runPaced } from '../http/paced-load.js';
import { ms, quantile } from '../http/quantile.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

/** Enough to keep the engine busy, few enough that nobody waits. */
const busyConnections = 24;
const timesOver = 10;
const recoveryWithinMs = 5_000;
const otherPerSecond = 20;
/** In which hundreds of connections open at once: a moment of its own, and with its own bound. */
const onsetSeconds = 1;
const onsetWithinMs = 1_000;
/** Below this, twice is the noise of two shared cores. */
const quietMs = 25;

/** As many at once as there are connections, each asking again at once: what is refused comes back. */
const press = async (
  { engine, deployment }: Rig,
  connections: number,
  seconds: number,
): Promise<readonly Answer[]> => {
  const agent = keepAlive(connections);
  const goOn = during(seconds);
  const answers: Answer[] = [];
  let n = 0;
  const lane = async (): Promise<void> => {
    while (goOn()) {
      n += 1;
      const body = loginBody(`crowd-${String(n % 5_000)}`);
      answers.push(await ask(decisionQuestion(engine.url, deployment.apiKey, body), agent));
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return answers;
};

/** A caller of another tenant, who asks now and then. */
const addTenant = async ({ deployment, engine }: Rig): Promise<string> => {
  const { key, entry } = createApiKey('other', { tenant: 'other', scopes: ['decide'] });
  const file: { keys: unknown[] } = JSON.parse(await readFile(deployment.keysFile, 'utf8')) as {
    keys: unknown[];
  };
  await writeFile(deployment.keysFile, JSON.stringify({ ...file, keys: [...file.keys, entry] }));
  const agent = keepAlive(1);
  const known = async (): Promise<boolean> =>
    (await ask(decisionQuestion(engine.url, key, loginBody('other')), agent)).status === 200;
  await waitUntil(known, {
    timeoutMs: 15_000,
    what: () => 'the key of the other tenant is not known',
  });
  agent.destroy();
  return key;
};

const asOther = ({ engine }: Rig, key: string, seconds: number): Promise<readonly Answer[]> =>
  runPaced({
    perSecond: otherPerSecond,
    goOn: during(seconds),
    question: (n) => decisionQuestion(engine.url, key, loginBody(`other-${String(n % 50)}`)),
  });

const good = (answers: readonly Answer[]): number =>
  answers.filter(({ status }) => status === 200).length;
const p99 = (answers: readonly Answer[]): number =>
  quantile(
    answers.map((one) => one.ms),
    0.99,
  );

/** What is refused must say when to come back, and must not be readable as an allow. */
const badlyShed = (answers: readonly Answer[]): number =>
  answers.filter(
    ({ status, headers, text }) =>
      status !== 200 &&
      !(
        (status === 503 || status === 429) &&
        headers['retry-after'] !== undefined &&
        !/"decision"|"allow"/.test(text)
      ),
  ).length;

const recovery = async ({ engine, deployment }: Rig): Promise<number> => {
  const startedAt = performance.now();
  const agent = keepAlive(1);
  let inARow = 0;
  const isWell = async (): Promise<boolean> => {
    const body = loginBody(`after-${String(inARow)}`);
    const answer = await ask(decisionQuestion(engine.url, deployment.apiKey, body), agent);
    const well = answer.status === 200 && answer.text.includes('"degraded":[]');
    inARow = well ? inARow + 1 : 0;
    return inARow >= 10;
  };
  await waitUntil(isWell, { timeoutMs: 30_000, what: () => 'it does not recover' });
  agent.destroy();
  return performance.now() - startedAt;
};

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({ quiet: true }, async (rig) => {
    const seconds = context.quick ? 4 : 10;
    const other = await addTenant(rig);
    await press(rig, busyConnections, 3);
    const [peak, calm] = await Promise.all([
      press(rig, busyConnections, seconds),
      asOther(rig, other, seconds),
    ]);
    const [flood, beside] = await Promise.all([
      press(rig, busyConnections * timesOver, seconds),
      asOther(rig, other, seconds),
    ]);
    const recoveredMs = await recovery(rig);
    const goodput = good(flood) / good(peak);
    const bad = badlyShed(flood);
    const onset = beside.slice(0, onsetSeconds * otherPerSecond);
    const [before, after] = [p99(calm), p99(beside.slice(onset.length))];
    const slowest = Math.max(...onset.map((one) => one.ms));
    context.log(
      `peak ${String(Math.round(good(peak) / seconds))}/s, under overload ${String(Math.round(good(flood) / seconds))}/s, shed ${String(flood.length - good(flood))}`,
    );
    return [
      { name: 'shed badly', value: bad, target: '0', holds: bad === 0 },
      {
        name: 'goodput of peak',
        value: goodput.toFixed(2),
        target: '>= 0.80',
        holds: goodput >= 0.8,
      },
      {
        name: 'recovery',
        value: ms(recoveredMs),
        target: `<= ${String(recoveryWithinMs)} ms`,
        holds: recoveredMs <= recoveryWithinMs,
      },
      {
        name: "the other tenant's p99, from the second second on",
        value: ms(after),
        target: `<= 2 x ${ms(before)}`,
        holds: after <= Math.max(2 * before, quietMs),
      },
      {
        name: "the other tenant's slowest, while the flood begins",
        value: ms(slowest),
        target: `<= ${String(onsetWithinMs)} ms`,
        holds: slowest <= onsetWithinMs,
      },
      {
        name: "the other tenant's requests that failed",
        value: beside.length - good(beside),
        target: '0',
        holds: beside.length === good(beside),
      },
    ];
  });

export const overload: Scenario = {
  name: 'overload',
  promise: 'ten times the load is shed early, never into an allow, and starves no other tenant',
  limitSeconds: 180,
  run,
};
