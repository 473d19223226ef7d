import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import { createApiKey, waitUntil } from '@stepgate/cli';
import { createApi, type Check } from '@stepgate/testing';
import { ask, keepAlive } from '../http/ask.js';
import { loginBody } from '../http/decision-question.js';
import { quantile } from '../http/quantile.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const allowedMs = 0.2;
const leastP = 0.01;

/** Two-sided, by the normal approximation, which is exact enough from some dozens of samples on. */
const mannWhitneyP = (one: readonly number[], other: readonly number[]): number => {
  const all = [
    ...one.map((ms) => ({ ms, own: true })),
    ...other.map((ms) => ({ ms, own: false })),
  ].toSorted((a, b) => a.ms - b.ms);
  const ranks = all.reduce((sum, { own }, n) => (own ? sum + n + 1 : sum), 0);
  const [n, m] = [one.length, other.length];
  const u = ranks - (n * (n + 1)) / 2;
  const z = Math.abs(u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  return erfc(z / Math.SQRT2);
};

/** Abramowitz and Stegun 7.1.26; wrong by less than 1.5e-7. */
const erfc = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const sum = terms.reduceRight((sofar, term) => (sofar + term) * t, 0);
  return sum * Math.exp(-x * x);
};

const foreignKey = async (rig: Rig, agent: Agent): Promise<string> => {
  const { keysFile } = rig.deployment;
  const file = JSON.parse(await readFile(keysFile, 'utf8')) as { keys: unknown[] };
  const { key, entry } = createApiKey('foreign', { tenant: 'other', scopes: ['read'] });
  await writeFile(keysFile, JSON.stringify({ keys: [...file.keys, entry] }));
  const headers = { authorization: `Bearer ${key}` };
  const question = { url: `${rig.engine.url}/v1/policies`, method: 'GET', headers };
  await waitUntil(async () => (await ask(question, agent)).status === 200, {
    timeoutMs: 20_000,
    what: () => 'the key of the other tenant is not known',
  });
  return key;
};

/** Foreign and missing ids in turn, in an order that nothing else keeps time with. */
const sample = async (
  rig: Rig,
  context: ChaosContext,
  agent: Agent,
): Promise<readonly [readonly number[], readonly number[]]> => {
  const samples = context.quick ? 500 : 5_000;
  const headers = { authorization: `Bearer ${await foreignKey(rig, agent)}` };
  const owner = createApi(rig.engine.url, rig.deployment.apiKey);
  const given = await Promise.all(
    Array.from({ length: 50 }, (_, n) => owner.decide(loginBody(`alice-${String(n)}`))),
  );
  owner.close();
  // Each that was never given out is asked for as often: what is asked again is in every cache.
  const ids = given.map(({ decision_id: real }) => ({
    real,
    // The same bits but for the random ones.
    never: real.slice(0, 24) + randomUUID().slice(24),
  }));
  const foreign: number[] = [];
  const missing: number[] = [];
  for (let n = -200; n < 2 * samples; n += 1) {
    const isForeign = context.random() < 0.5 ? foreign.length < samples : missing.length >= samples;
    const chosen = ids[Math.floor(context.random() * ids.length)];
    const id = (isForeign ? chosen?.real : chosen?.never) ?? '';
    const url = `${rig.engine.url}/v1/decisions/${id}`;
    const { ms } = await ask({ url, method: 'GET', headers }, agent);
    if (n >= 0) (isForeign ? foreign : missing).push(ms);
  }
  return [foreign, missing];
};

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({}, async (rig) => {
    const agent = keepAlive(1);
    const [foreign, missing] = await sample(rig, context, agent);
    agent.destroy();
    const apart = Math.abs(quantile(foreign, 0.5) - quantile(missing, 0.5));
    const p = mannWhitneyP(foreign, missing);
    return [
      {
        name: `medians of ${String(foreign.length)} and ${String(missing.length)} samples, apart`,
        value: `${apart.toFixed(3)} ms`,
        target: `<= ${String(allowedMs)} ms`,
        holds: apart <= allowedMs,
      },
      {
        name: 'that both are alike, p of Mann and Whitney',
        value: p.toFixed(3),
        target: `> ${String(leastP)}`,
        holds: p > leastP,
      },
    ];
  });

export const enumeration: Scenario = {
  name: 'enumeration',
  promise: 'a foreign id cannot be told from a missing one by the time of the answer',
  limitSeconds: 180,
  run,
};
