import { waitUntil } from '@stepgate/cli';
import {
  fireAtRate,
  startReplicated,
  startTcpProxy,
  type Api,
  type Check,
  type TcpProxy,
} from '@stepgate/testing';
import { atLeast, count, none } from '../redis/answers.js';
import { deny, denyingPolicy, lostAmong, type Denial } from '../redis/denials.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage, type Stage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const perSecond = 150;

interface Phases {
  /** The replica hears the primary. */
  readonly joined: readonly Denial[];
  /** It does not, and nobody but the engine can know. */
  readonly apart: readonly Denial[];
  readonly lost: number;
}

const load = (api: Api, name: string, seconds: number): Promise<Denial[]> =>
  fireAtRate({ perSecond, seconds }, (n) => deny(api, `${name}-${String(n)}`, n));

const startPair = async (stage: Stage) => {
  let link: TcpProxy | undefined;
  const replicated = await startReplicated({
    sentinels: 3,
    args: ['--appendonly', 'yes'],
    linkThrough: async (port) => {
      link = await startTcpProxy({ host: '127.0.0.1', port });
      return link.port;
    },
  });
  stage.atEnd(() => replicated.stop());
  if (link === undefined) throw new Error('no link');
  const proxy = link;
  stage.atEnd(() => proxy.close());
  return { replicated, link: proxy };
};

/** Writes go on behind a black hole, then the primary dies and the replica takes over. */
const playFailover = (name: string, { random }: ChaosContext): Promise<Phases> =>
  onStage(async (stage) => {
    const { replicated, link } = await startPair(stage);
    const policies = await stage.policies({ denying: denyingPolicy });
    const deployment = await stage.deployment(replicated.primary.url, policies);
    const engine = await stage.engine(deployment, { env: replicated.env, quiet: false });
    const api = stage.api(engine, deployment);
    await millisecondsUntilNormal(api, `${name}-first`);
    await load(api, `${name}-warm`, 1);
    const joined = await load(api, `${name}-joined`, 0.5 + 0.5 * random());
    const straddling = load(api, `${name}-apart`, 0.6 + 0.6 * random());
    link.blackHole('both');
    const apart = await straddling;
    await replicated.primary.kill();
    await waitUntil(
      async () => {
        const port = await replicated.currentPrimaryPort().catch(() => replicated.primary.port);
        return port === replicated.replica.port;
      },
      { timeoutMs: 20_000, what: () => 'nobody took over' },
    );
    await millisecondsUntilNormal(api, `${name}-after`).catch((cause: unknown) => {
      throw new Error(`not back after the failover:\n${engine.process.lastOutput()}`, { cause });
    });
    const lost = await lostAmong(api, [...joined, ...apart]);
    return { joined, apart, lost };
  });

const share = (denials: readonly Denial[]): number =>
  (100 * count(denials, ({ durable }) => durable)) / Math.max(1, denials.length);

export const failover: Scenario = {
  name: 'failover',
  promise: 'a denial that was called durable outlives a failover to a replica that was cut off',
  limitSeconds: 900,
  run: async (context): Promise<Check[]> => {
    const rounds = context.quick ? 2 : 20;
    const played: Phases[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const phases = await playFailover(`round-${String(n)}`, context);
      const { joined, apart, lost } = phases;
      context.log(
        `round ${String(n + 1)}: durable ${share(joined).toFixed(0)} % joined, ${share(apart).toFixed(0)} % apart, ${String(lost)} lost`,
      );
      played.push(phases);
    }
    const joined = played.flatMap((phases) => phases.joined);
    const apart = played.flatMap((phases) => phases.apart);
    context.log(`not durable: ${(100 - share([...joined, ...apart])).toFixed(1)} % of all`);
    return [
      none(
        'lost among those called durable',
        played.reduce((sum, { lost }) => sum + lost, 0),
      ),
      atLeast('called durable while the replica hears, %', share(joined), 90),
      none(
        'without an answer',
        count([...joined, ...apart], ({ answered }) => !answered),
      ),
    ];
  },
};
