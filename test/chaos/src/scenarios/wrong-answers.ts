import { waitUntil } from '@stepgate/cli';
import {
  askRedis,
  fireAtRate,
  login,
  postOrBreak,
  redisErrorReplies,
  redisNonsense,
  startFakeRedis,
  type Answer,
  type Api,
  type Check,
  type FakeRedis,
  type RedisFault,
  type TcpProxy,
} from '@stepgate/testing';
import { quantile } from '../http/quantile.js';
import { atLeast, atMost, count, decisionIn, isAllow, none } from '../redis/answers.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const perSecond = 100;

/** The marks by which engines know their database: the impostor shows them as well. */
const markers = (port: number): Promise<Map<string, string>> =>
  askRedis(port, async (client) => {
    const values = new Map<string, string>();
    let cursor = '0';
    do {
      const [next, keys] = await client.scan(cursor, 'MATCH', 'sg:v1:instance:*', 'COUNT', 1_000);
      cursor = next;
      for (const key of keys) values.set(key, (await client.get(key)) ?? '');
    } while (cursor !== '0');
    return values;
  });

interface Scene {
  readonly api: Api;
  readonly proxy: TcpProxy;
  readonly fake: FakeRedis;
  readonly realPort: number;
}

interface Seen {
  readonly name: string;
  readonly answers: readonly Answer[];
  readonly backMs: number;
  readonly faulty: number;
}

/** Behind the engine's back, the server becomes another one; then it is the real one again. */
const playFault = async (
  { api, proxy, fake, realPort }: Scene,
  {
    name,
    fault,
    seconds,
  }: { readonly name: string; readonly fault: RedisFault; readonly seconds: number },
): Promise<Seen> => {
  const before = fake.faulty();
  fake.answerWith(fault);
  proxy.retarget(fake.port);
  await waitUntil(
    async () => {
      await postOrBreak(api, '/v1/decisions', login(`${name}-first`));
      return fake.faulty() > before;
    },
    { timeoutMs: 10_000, what: () => `nobody asked the impostor that answers with ${name}` },
  );
  const answers = await fireAtRate({ perSecond, seconds }, (n) =>
    postOrBreak(api, '/v1/decisions', login(`${name}-${String(n)}`)),
  );
  proxy.retarget(realPort);
  const backMs = await millisecondsUntilNormal(api, `${name}-probe`);
  return { name, answers, backMs, faulty: fake.faulty() - before };
};

const judge = (seen: readonly Seen[], { log }: ChaosContext): Check[] => {
  for (const { name, answers, backMs, faulty } of seen) {
    const p99 = quantile(
      answers.map(({ ms }) => ms),
      0.99,
    );
    log(
      `${name}: ${String(faulty)} wrong replies, p99 ${p99.toFixed(0)} ms, ` +
        `${String(count(answers, isAllow))} allowed, back after ${backMs.toFixed(0)} ms`,
    );
  }
  const all = seen.flatMap(({ answers }) => answers);
  return [
    none('allowed', count(all, isAllow)),
    none(
      'without a decision',
      count(all, (answer) => decisionIn(answer) === null),
    ),
    atMost(
      'p99, ms',
      quantile(
        all.map(({ ms }) => ms),
        0.99,
      ),
      150,
    ),
    atMost('slowest way back, ms', Math.max(...seen.map(({ backMs }) => backMs)), 2_000),
    atLeast(
      'kinds of wrong reply that an engine met',
      count(seen, ({ faulty }) => faulty > 0),
      seen.length,
    ),
  ];
};

export const wrongAnswers: Scenario = {
  name: 'wrong-answers',
  promise:
    'a Redis that answers with errors, nonsense or the answers of others never lets anybody in',
  limitSeconds: 240,
  run: (context) =>
    onStage(async (stage) => {
      const redis = await stage.redis();
      const proxy = await stage.proxy(redis.port);
      const deployment = await stage.deployment(`redis://127.0.0.1:${String(proxy.port)}`);
      const engine = await stage.engine(deployment, { quiet: false });
      const api = stage.api(engine, deployment);
      // The first answers of a process are slow; they are not what is judged.
      await fireAtRate({ perSecond, seconds: 1.5 }, (n) =>
        postOrBreak(api, '/v1/decisions', login(`warm-${String(n)}`)),
      );
      const faults = { ...redisErrorReplies, ...redisNonsense };
      const [firstFault] = Object.values(faults);
      if (firstFault === undefined) throw new Error('no faults');
      const fake = await startFakeRedis({ fault: firstFault, values: await markers(redis.port) });
      stage.atEnd(() => fake.close());
      const scene = { api, proxy, fake, realPort: redis.port };
      const seconds = context.quick ? 0.4 : 3;
      const seen: Seen[] = [];
      for (const [name, fault] of Object.entries(faults))
        seen.push(await playFault(scene, { name, fault, seconds }));
      const crashed = engine.process.exitCode() !== null;
      return [...judge(seen, context), none('crashes', Number(crashed))];
    }),
};
