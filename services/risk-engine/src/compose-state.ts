import {
  beginState,
  createInstanceWatch,
  createRedisConnection,
  createRedisDurability,
  createRedisPopulations,
  createRedisState,
  createStateWatch,
  reportState,
  safePolicy,
  type InstanceState,
  type InstanceWatch,
  type RedisConnection,
  type RedisDurability,
  type RedisPopulations,
  type RedisSettings,
  type RedisState,
  type StateReport,
  type StateWatch,
} from '@stepgate/redis';
import {
  redisEndpointOf,
  type Health,
  type Log,
  type RiskEngineMetrics,
} from '@stepgate/telemetry';
import type { Config } from './config.js';
import { checkInstance, checkSettings, settingsProblems } from './state-readiness.js';

export interface EngineState extends RedisState {
  readonly connection: RedisConnection;
  readonly populations: RedisPopulations;
  readonly durability: RedisDurability;
  registerChecks(health: Health): void;
  /** Waits a while for Redis, and looks at what is there. */
  start(): Promise<void>;
  close(): void;
}

interface Observed {
  readonly metrics: RiskEngineMetrics;
  readonly log: Log;
}

interface Watches {
  readonly instance: InstanceWatch;
  readonly settings: StateWatch;
}

const connectTimeoutMs = 2_000;

const connect = (config: Config, { metrics, log }: Observed, onUp: () => void): RedisConnection => {
  let wasUp = false;
  return createRedisConnection({
    ...redisEndpointOf(config),
    observer: {
      called: ({ call, durationMs }) => {
        metrics.redisCommand(call, durationMs);
      },
      stateChanged: (up) => {
        metrics.redisUp(up);
        if (up === wasUp) return;
        wasUp = up;
        log.warn({ component: 'redis' }, up ? 'redis answers' : 'redis does not answer');
        if (up) onUp();
      },
      failed: (error) => {
        log.debug({ component: 'redis', err: error }, 'redis connection failed');
      },
    },
  });
};

const secretsOf = (config: Config) => ({
  secret: config.STEPGATE_SECRET,
  previousSecret: config.STEPGATE_SECRET_PREVIOUS,
});

/** dev mode: whatever is there belongs to nobody but the developer. */
const mayInitialise = ({ STEPGATE_STATE_INIT: init, STEPGATE_MODE: mode }: Config): boolean =>
  (init ?? (mode === 'dev' ? 'empty' : 'never')) === 'empty';

const tellInstance =
  ({ metrics, log }: Observed) =>
  ({ kind }: InstanceState): void => {
    metrics.stateEmptied(kind !== 'intact');
    if (kind === 'intact') log.info({ component: 'redis' }, 'the state is intact');
    else log.error({ component: 'redis' }, `the state is ${kind}: decisions are degraded`);
  };

const tellSettings = ({ log }: Observed) => {
  let told = '';
  return (settings: RedisSettings): void => {
    const problems = settingsProblems(settings, safePolicy).join('; ');
    if (problems === told) return;
    told = problems;
    if (problems === '') log.info({ component: 'redis' }, 'redis is set up well');
    else log.error({ component: 'redis' }, problems);
  };
};

const watch = (config: Config, connection: RedisConnection, observed: Observed): Watches => {
  const everyMs = config.STEPGATE_STATE_WATCH_SECONDS * 1_000;
  return {
    instance: createInstanceWatch({
      connection,
      ...secretsOf(config),
      initialise: mayInitialise(config),
      everyMs,
      onState: tellInstance(observed),
    }),
    settings: createStateWatch({ connection, everyMs, onRead: tellSettings(observed) }),
  };
};

/** As many as the operator says; else one, once there was one or sentinels promise one. */
const expectedReplicas = (config: Config, settings: () => StateWatch | null) => (): number =>
  config.STEPGATE_REDIS_REPLICAS ??
  (config.STEPGATE_REDIS_SENTINELS === undefined
    ? Math.min(1, settings()?.replicasSeen() ?? 0)
    : 1);

/** All that has to do with Redis. */
export const composeState = (config: Config, observed: Observed): EngineState => {
  const watches: { current: Watches | null } = { current: null };
  const lookAgain = async (): Promise<void> => {
    await Promise.all([watches.current?.settings.look(), watches.current?.instance.look()]);
  };
  const connection = connect(config, observed, () => void lookAgain());
  const { instance, settings } = (watches.current = watch(config, connection, observed));
  const populations = createRedisPopulations({
    connection,
    secret: config.STEPGATE_SECRET,
    refreshMs: config.STEPGATE_POPULATION_REFRESH_SECONDS * 1000,
  });
  const durability = createRedisDurability({
    ...redisEndpointOf(config),
    secret: config.STEPGATE_SECRET,
    serverId: connection.serverId,
    expectedReplicas: expectedReplicas(config, () => settings),
  });
  const state = createRedisState({
    connection,
    ...secretsOf(config),
    onEmptied: instance.noteEmptied,
  });
  return {
    ...state,
    connection,
    populations,
    durability,
    registerChecks: (health) => {
      health.register('state', checkInstance(instance.latest));
      health.register('redis_settings', checkSettings(settings.latest, safePolicy));
    },
    start: async () => {
      if (await connection.waitUntilUp(connectTimeoutMs)) await lookAgain();
    },
    close: () => {
      for (const part of [instance, settings, populations, durability, connection]) part.close();
    },
  };
};

/** For an operator: begins the state, or says how it is. @throws StateUnavailableError */
export const runStateCommand = async (
  config: Config,
  command: { readonly name: 'init' | 'check'; readonly accept: boolean },
): Promise<StateReport> => {
  const connection = createRedisConnection({
    ...redisEndpointOf(config),
    commandTimeoutMs: 2_000,
    patienceMs: 10_000,
  });
  const deps = { connection, ...secretsOf(config) };
  try {
    return await (command.name === 'init' ? beginState(deps, command.accept) : reportState(deps));
  } finally {
    connection.close();
  }
};
