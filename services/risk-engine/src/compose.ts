import { createAssessAttempt, createCompleteStepUp, createRecordEvent } from '@stepgate/assessment';
import {
  createRedisConnection,
  createRedisPopulations,
  createRedisState,
  type RedisConnection,
  type RedisPopulations,
} from '@stepgate/redis';
import {
  createAssessmentObserver,
  createHealth,
  createHttpServer,
  createMetrics,
  createOperationsRouter,
  type Health,
  type HttpServer,
  type Listening,
  type Log,
  type RiskEngineMetrics,
} from '@stepgate/telemetry';
import express, { Router } from 'express';
import { loadApiKeys } from './api-keys.js';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { loadPolicyDirectory, type PolicyDirectory } from './policy-directory.js';
import { keepNoLog } from './change-log.js';
import { signNothing } from './sign-answers.js';
import { registerChecks } from './readiness.js';
import { startReloads, type Reloads } from './reloads.js';
import { idpRowResults } from './routes/idp-events.js';
import { createHandlers, type RouteDeps } from './routes/index.js';
import { createDeviceTokens } from './device-tokens.js';
import { createSignalSources, type SignalSources } from './compose-signal-sources.js';

export interface RiskEngine {
  readonly health: Health;
  /** Loads policies, keys and lists, then listens. @throws when one of them cannot be used. */
  start(): Promise<Listening>;
  stop(): Promise<void>;
}

const connectTimeoutMs = 2_000;

const connect = (config: Config, metrics: RiskEngineMetrics, log: Log): RedisConnection =>
  createRedisConnection({
    url: config.STEPGATE_REDIS_URL,
    observer: {
      called: ({ call, durationMs }) => {
        metrics.redisCommand(call, durationMs);
      },
      stateChanged: (up) => {
        metrics.redisUp(up);
        log.warn({ component: 'redis' }, up ? 'redis answers' : 'redis does not answer');
      },
      failed: (error) => {
        log.debug({ component: 'redis', err: error }, 'redis connection failed');
      },
    },
  });

interface Parts {
  readonly connection: RedisConnection;
  readonly populations: RedisPopulations;
  readonly policies: PolicyDirectory;
  readonly sources: SignalSources;
  readonly metrics: RiskEngineMetrics;
  readonly log: Log;
}

const routeDeps = (config: Config, parts: Parts): RouteDeps => {
  const { connection, populations, policies, sources, metrics, log } = parts;
  const state = createRedisState({ connection, secret: config.STEPGATE_SECRET });
  const deps = {
    ...state,
    addressIntel: sources.addressIntel,
    userAgents: sources.userAgents,
    deviceTokens: createDeviceTokens({
      secret: config.STEPGATE_SECRET,
      lifetimeDays: config.STEPGATE_DEVICE_TOKEN_DAYS,
    }),
    policies,
    populations,
    observer: createAssessmentObserver(metrics, log),
    stopwatch: () => performance.now(),
    stateBudgetMs: config.STEPGATE_STATE_TIMEOUT_MS,
  };
  return {
    assessAttempt: createAssessAttempt(deps),
    completeStepUp: createCompleteStepUp(deps),
    recordEvent: createRecordEvent(deps),
    idpRowsRead: (format, rows) => {
      for (const result of idpRowResults) metrics.idpRows(format, result, rows[result]);
    },
    decisions: state.decisions,
    subjects: state.subjects,
    policyFor: (question) => policies.policyFor(question),
    policies: policies.inForce,
    policyProblems: policies.problems,
  };
};

const dataAges = (sources: SignalSources, populations: RedisPopulations) => () => {
  const populationAge = populations.oldestAgeSeconds();
  return [
    ...sources.addressIntel
      .status()
      .flatMap(({ source, dataDate }) =>
        dataDate === null ? [] : [{ source, ageSeconds: (Date.now() - dataDate.getTime()) / 1000 }],
      ),
    ...(populationAge === null ? [] : [{ source: 'population', ageSeconds: populationAge }]),
  ];
};

const loadParts = async (
  config: Config,
  { metrics, log }: Pick<Parts, 'metrics' | 'log'>,
): Promise<Parts> => {
  const policies = await loadPolicyDirectory(config.STEPGATE_POLICY_DIR);
  metrics.policiesLoaded(policies.inForce());
  const sources = await createSignalSources(config);
  const connection = connect(config, metrics, log);
  const populations = createRedisPopulations({
    connection,
    secret: config.STEPGATE_SECRET,
    refreshMs: config.STEPGATE_POPULATION_REFRESH_SECONDS * 1000,
  });
  metrics.intelDataAge(dataAges(sources, populations));
  return { connection, populations, policies, sources, metrics, log };
};

/** The only place where the parts of the engine meet. */
export const composeRiskEngine = (config: Config, log: Log): RiskEngine => {
  const metrics = createMetrics({ service: 'risk-engine' });
  const health = createHealth();
  const operations = createOperationsRouter({ health, metrics });
  const servers: HttpServer[] = [];
  let connection: RedisConnection | null = null;
  let populations: RedisPopulations | null = null;
  let reloads: Reloads | null = null;

  const listenForOperations = async (port: number): Promise<void> => {
    const server = createHttpServer(express().use(operations));
    servers.push(server);
    await server.listen({ host: config.STEPGATE_HOST, port });
  };

  return {
    health,
    start: async () => {
      const apiKeys = await loadApiKeys(config.STEPGATE_KEYS_FILE);
      const parts = await loadParts(config, { metrics, log });
      ({ connection, populations } = parts);
      reloads = startReloads({ config, apiKeys, ...parts });
      registerChecks(health, { ...parts, reloads: () => reloads });
      const operationsPort = config.STEPGATE_OPERATIONS_PORT;
      if (operationsPort !== undefined) await listenForOperations(operationsPort);
      const app = createApp({
        handlers: createHandlers(routeDeps(config, parts)),
        apiKeys,
        operations: operationsPort === undefined ? operations : Router(),
        mode: config.STEPGATE_MODE,
        clock: Date.now,
        answers: signNothing,
        changes: keepNoLog,
        logFailure: ({ instance, error }) => {
          log.error({ request_id: instance, err: error }, 'request failed');
        },
      });
      const fastPrototypes = config.STEPGATE_FAST_PROTOTYPES === 'true';
      const { listener } = app;
      const server = createHttpServer(app.express, { fastPrototypes, listener });
      servers.push(server);
      // Without Redis the engine starts all the same: its answers are degraded until it is there.
      await parts.connection.waitUntilUp(connectTimeoutMs);
      await parts.populations.load(apiKeys.tenants());
      return server.listen({ host: config.STEPGATE_HOST, port: config.STEPGATE_PORT });
    },
    stop: async () => {
      reloads?.stop();
      await Promise.all(servers.map((server) => server.drain()));
      populations?.close();
      connection?.close();
    },
  };
};
