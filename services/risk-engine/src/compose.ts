import { createAssessAttempt, createCompleteStepUp, createRecordEvent } from '@stepgate/assessment';
import {
  createAssessmentObserver,
  createHealth,
  createMetrics,
  createOperationsRouter,
  type Health,
  type Listening,
  type Log,
  type RiskEngineMetrics,
} from '@stepgate/telemetry';
import type { LogFailure } from './answer-problem.js';
import { createApp } from './app.js';
import { createCallerRates } from './caller-rates.js';
import { loadCallers, type Callers } from './callers/callers.js';
import type { Config } from './config.js';
import { loadPolicyDirectory, type PolicyDirectory } from './policy-directory.js';
import { registerChecks } from './readiness.js';
import { startReloads, versionsOf, type Reloads } from './reloads.js';
import { idpRowResults } from './routes/idp-events.js';
import { createHandlers, type RouteDeps } from './routes/index.js';
import { createDeviceTokens } from './device-tokens.js';
import { composeAudit, type EngineAudit } from './compose-audit.js';
import { createServers, type Servers } from './compose-servers.js';
import { composeSigning } from './compose-signing.js';
import { composeState, type EngineState } from './compose-state.js';
import { createSignalSources, type SignalSources } from './compose-signal-sources.js';

export interface RiskEngine {
  readonly health: Health;
  /** Loads policies, keys and lists, then listens. @throws when one of them cannot be used. */
  start(): Promise<Listening>;
  stop(): Promise<void>;
}

interface Parts {
  readonly state: EngineState;
  readonly policies: PolicyDirectory;
  readonly sources: SignalSources;
  readonly metrics: RiskEngineMetrics;
  readonly log: Log;
}

const routeDeps = (config: Config, parts: Parts): Omit<RouteDeps, 'publicKeys'> => {
  const { state, policies, sources, metrics, log } = parts;
  const deps = {
    ...state,
    addressIntel: sources.addressIntel,
    userAgents: sources.userAgents,
    deviceTokens: createDeviceTokens({
      secret: config.STEPGATE_SECRET,
      previousSecret: config.STEPGATE_SECRET_PREVIOUS,
      lifetimeDays: config.STEPGATE_DEVICE_TOKEN_DAYS,
    }),
    policies,
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

const dataAges =
  (sources: SignalSources, { populations }: EngineState) =>
  () => {
    const populationAge = populations.oldestAgeSeconds();
    return [
      ...sources.addressIntel
        .status()
        .flatMap(({ source, dataDate }) =>
          dataDate === null
            ? []
            : [{ source, ageSeconds: (Date.now() - dataDate.getTime()) / 1000 }],
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
  const state = composeState(config, { metrics, log });
  metrics.intelDataAge(dataAges(sources, state));
  return { state, policies, sources, metrics, log };
};

const startCallers = (config: Config, { connection, nonces }: EngineState): Promise<Callers> =>
  loadCallers(config.STEPGATE_KEYS_FILE, {
    clock: Date.now,
    storeClock: () => connection.now(),
    nonces,
  });

const logFailureTo =
  (log: Log): LogFailure =>
  ({ instance, error }) => {
    log.error({ request_id: instance, err: error }, 'request failed');
  };

const startAudit = async (config: Config, parts: Parts): Promise<EngineAudit> => {
  const audit = await composeAudit(config, parts);
  audit.tell('policies_loaded', { versions: versionsOf(parts.policies) });
  return audit;
};

/** The only place where the parts of the engine meet. */
export const composeRiskEngine = (config: Config, log: Log): RiskEngine => {
  const metrics = createMetrics({ service: 'risk-engine' });
  const health = createHealth();
  const operations = createOperationsRouter({ health, metrics });
  const signing = composeSigning(config);
  let servers: Servers | null = null;
  let state: EngineState | null = null;
  let reloads: Reloads | null = null;
  let audit: EngineAudit | null = null;

  return {
    health,
    start: async () => {
      const parts = await loadParts(config, { metrics, log });
      ({ state } = parts);
      audit = await startAudit(config, parts);
      const callers = await startCallers(config, state);
      const app = createApp({
        handlers: createHandlers({
          ...routeDeps(config, { ...parts, state: audit.guard(state) }),
          publicKeys: signing.publicKeys,
        }),
        callers,
        rates: createCallerRates(config.STEPGATE_CALLER_MAX_PER_SECOND),
        onShed: metrics.requestShed,
        operations,
        operationsApart: config.STEPGATE_OPERATIONS_PORT !== undefined,
        mode: config.STEPGATE_MODE,
        clock: Date.now,
        answers: audit.answers(signing.answers),
        changes: audit.changes,
        logFailure: logFailureTo(log),
      });
      servers = await createServers(config, app);
      reloads = startReloads({ config, callers, servers, tell: audit.tell, ...parts });
      registerChecks(health, { ...parts, connection: state.connection, reloads: () => reloads });
      state.registerChecks(health);
      audit.registerChecks(health);
      await servers.listenForOperations();
      // Without Redis the engine starts all the same: its answers are degraded until it is there.
      await state.start();
      await state.populations.load(callers.tenants());
      return servers.listen();
    },
    stop: async () => {
      reloads?.stop();
      await servers?.drain();
      await audit?.close();
      state?.close();
    },
  };
};
