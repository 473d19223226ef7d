import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '@stepgate/testing';
import { ask, keepAlive, type Answer, type Question } from '../http/ask.js';
import { mutate, pick, type Random } from '../http/body-mutations.js';
import { startGateway } from '../http/gateway-process.js';
import { megabytes, sampleOf, scrape } from '../http/process-metrics.js';
import { ms } from '../http/quantile.js';
import { withRig, type Rig } from '../http/rig.js';
import { canaries, postRoutes } from '../http/valid-bodies.js';
import type { ChaosContext, Scenario } from '../scenario.js';

/** Well-formed, of the right version, of nobody. */
const decisionIds = ['01976f2e-7c3a-7000-8000-000000000000', 'x', '%00', '..%2f..%2f', '__proto__'];
const formats = ['okta', 'auth0', 'duo', 'pingid', 'entra', 'ocsf', 'unknown', '__proto__'];
const atOnce = 4;

interface Target {
  readonly rig: Rig;
  readonly gateway: string;
}

const loginJson = JSON.stringify({ username: canaries.subject, password: canaries.attribute });
const loginForm = new URLSearchParams({
  username: canaries.subject,
  password: canaries.attribute,
}).toString();

const gatewayQuestion = (gateway: string, random: Random): Question => {
  const asForm = random() < 0.3;
  const { body, headers } = mutate(asForm ? `{"a":"${loginForm}"}` : loginJson, random);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    url: `${gateway}/login`,
    headers: { ...(asForm ? form : headers), 'x-forwarded-for': canaries.address },
    body,
  };
};

const engineQuestion = ({ engine, deployment }: Rig, random: Random): Question => {
  const route = pick(postRoutes, random);
  const { body, headers } = mutate(JSON.stringify(route.body), random);
  const path = route.path
    .replace('{id}', pick(decisionIds, random))
    .replace('{format}', pick(formats, random))
    .replaceAll(/\{\w+\}/g, 'x');
  return {
    url: `${engine.url}${path}`,
    headers: { ...headers, authorization: `Bearer ${deployment.apiKey}` },
    body,
  };
};

const holdsCanary = (text: string): boolean =>
  Object.values(canaries).some((canary) => text.includes(canary));

interface Seen {
  readonly statuses: Map<number, number>;
  echoes: number;
  longestLagSeconds: number;
}

const note = (seen: Seen, answer: Answer): void => {
  seen.statuses.set(answer.status, (seen.statuses.get(answer.status) ?? 0) + 1);
  if (answer.status >= 400 && holdsCanary(answer.text)) seen.echoes += 1;
};

const sendMany = async (target: Target, count: number, { random }: ChaosContext): Promise<Seen> => {
  const agent = keepAlive(atOnce);
  const seen: Seen = { statuses: new Map(), echoes: 0, longestLagSeconds: 0 };
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const toGateway = random() < 0.1;
      const question = toGateway
        ? gatewayQuestion(target.gateway, random)
        : engineQuestion(target.rig, random);
      note(seen, await ask(question, agent));
      if (left % 250 !== 0) continue;
      const lag = sampleOf(await scrape(target.rig.engine.url), 'nodejs_eventloop_lag_max_seconds');
      seen.longestLagSeconds = Math.max(seen.longestLagSeconds, lag);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  agent.destroy();
  return seen;
};

const residentBytes = async ({ rig }: Target): Promise<number> =>
  sampleOf(await scrape(rig.engine.url), 'process_resident_memory_bytes');

const countOf = ({ statuses }: Seen, holds: (status: number) => boolean): number =>
  [...statuses].reduce((sum, [status, count]) => sum + (holds(status) ? count : 0), 0);

/** A leak of 5 kB a body would show; what the collector leaves lying about does not. */
const maxGrowthMegabytes = 50;

const checksOf = (seen: Seen, grown: number, leaks: number): readonly Check[] => {
  const failures = countOf(seen, (status) => status >= 500);
  const none = (name: string, value: number): Check => ({
    name,
    value,
    target: '0',
    holds: value === 0,
  });
  return [
    none('answers of 5xx', failures),
    // The rest of a body that is too large is not read: the connection may then be cut under it.
    {
      name: 'answers in all',
      value: countOf(seen, (status) => status > 0),
      target: '> 0',
      holds: countOf(seen, (status) => status > 0) > 0,
    },
    none('planted values in outputs, metrics and the audit log', leaks),
    none('planted values in error answers', seen.echoes),
    {
      name: 'growth of the engine, MB',
      value: Number(grown.toFixed(1)),
      target: `<= ${String(maxGrowthMegabytes)}`,
      holds: grown <= maxGrowthMegabytes,
    },
    {
      name: 'longest event-loop delay',
      value: ms(seen.longestLagSeconds * 1_000),
      target: 'reported',
      holds: true,
    },
  ];
};

/** Of the audit log: its records, and its heads. */
const linesIn = async (directory: string): Promise<readonly string[]> => {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  return texts.flatMap((text) => text.split('\n'));
};

const play = (context: ChaosContext, auditDirectory: string): Promise<readonly Check[]> => {
  const env = { STEPGATE_LOG_LEVEL: 'debug', STEPGATE_AUDIT_DIR: auditDirectory };
  return withRig({ env }, async (rig) => {
    const target: Target = { rig, gateway: await startGateway(rig) };
    const count = context.quick ? 1_000 : 10_000;
    await sendMany(target, context.quick ? 1_000 : 2_000, context);
    const before = await residentBytes(target);
    const seen = await sendMany(target, count, context);
    const grown = megabytes((await residentBytes(target)) - before);
    context.log([...seen.statuses].map(([of, n]) => `${String(of)}: ${String(n)}`).join(', '));
    const metrics = [await scrape(rig.engine.url), await scrape(target.gateway)];
    const records = await linesIn(auditDirectory);
    const leaks = [...rig.output, ...metrics, ...records].filter(holdsCanary);
    for (const leak of leaks.slice(0, 3)) context.log(`leak: ${leak.slice(0, 300)}`);
    const alive = rig.engine.process.exitCode() === null;
    return [
      ...checksOf(seen, grown, leaks.length),
      {
        name: 'records of the audit log looked through',
        value: records.length,
        target: '> 10',
        holds: records.length > 10,
      },
      { name: 'engine still running', value: String(alive), target: 'true', holds: alive },
    ];
  });
};

const run = async (context: ChaosContext): Promise<readonly Check[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-bodies-'));
  try {
    return await play(context, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

export const bodies: Scenario = {
  name: 'bodies',
  promise: 'fuzzed bodies on every POST route: no 5xx, no crash, nothing planted comes out',
  limitSeconds: 300,
  run,
};
