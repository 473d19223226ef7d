import type { Enforcement, StepgateClient, Unreachable } from '@stepgate/client';
import type { EnforcementCause, EngineResult, GatewayMetrics, Log } from '@stepgate/telemetry';

export type EngineClient = Pick<StepgateClient, 'decide' | 'complete' | 'sendEvents'>;

export interface ObservedClientDeps {
  readonly client: EngineClient;
  readonly metrics: Pick<GatewayMetrics, 'engineRequest'>;
  readonly log: Pick<Log, 'warn'>;
  /** Milliseconds from some fixed moment. */
  readonly stopwatch: () => number;
}

const resultOf = (answer: { readonly kind: string } | Unreachable): EngineResult => {
  if (!('cause' in answer)) return 'answered';
  const { code } = answer.cause;
  return code === 'refused' || code === 'forged' ? code : 'unreachable';
};

/** The client, with every question timed and every failure logged. */
export const observeClient = ({
  client,
  metrics,
  log,
  stopwatch,
}: ObservedClientDeps): EngineClient => {
  const observe = async <T extends { readonly kind: string } | Unreachable>(
    route: string,
    ask: () => Promise<T>,
  ): Promise<T> => {
    const startedAt = stopwatch();
    const answer = await ask();
    metrics.engineRequest(resultOf(answer), stopwatch() - startedAt);
    if ('cause' in answer) {
      const { code, detail, status } = answer.cause;
      log.warn({ route, cause: code, detail, status }, 'no usable answer from the risk engine');
    }
    return answer;
  };
  return {
    decide: (request) => observe('decide', () => client.decide(request)),
    complete: (id, request) => observe('complete', () => client.complete(id, request)),
    sendEvents: (events) => observe('events', () => client.sendEvents(events)),
  };
};

const countedAs = { allow: 'allowed', step_up: 'step_up', deny: 'denied' } as const;

/** Counts what the gateway did; an allow without the engine can be told from a real one. */
export const countEnforcement = (
  metrics: Pick<GatewayMetrics, 'enforcement'>,
  { outcome, decision }: Enforcement,
): void => {
  const cause: EnforcementCause = decision === null ? 'engine_unreachable' : 'decision';
  metrics.enforcement(countedAs[outcome], cause);
};
