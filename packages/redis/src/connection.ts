import { StateUnavailableError } from '@stepgate/assessment';
import type { RedisEndpoint } from './endpoint.js';
import { asError, createLink, type Link } from './link.js';
import { createSession, EmptiedStateError, type Session } from './session.js';
import { within } from './time-limit.js';
import { createUpSignal } from './up-signal.js';

export interface RedisConnectionOptions extends RedisEndpoint {
  /** Time of a call that brings no budget of its own; 100 ms unless given. */
  readonly commandTimeoutMs?: number;
  /** Time of a patient call, the wait for the server to come back included; 2 s unless given. */
  readonly patienceMs?: number;
  /** Calls under way beyond which further ones are refused, so that a freeze cannot fill memory. */
  readonly maxInFlight?: number;
  /** Calls that must fail in a row before further ones are refused at once. */
  readonly failuresToOpen?: number;
  /** Pause between two looks at a server that is down. */
  readonly probeEveryMs?: number;
  readonly observer?: RedisObserver;
}

/** Told of calls and of the state, for metrics and logs. Must not throw. */
export interface RedisObserver {
  called?(told: { readonly call: string; readonly durationMs: number; readonly ok: boolean }): void;
  /** May be told the same state again. */
  stateChanged?(up: boolean): void;
  failed?(error: Error): void;
}

export type CallBudget = number | 'patient' | 'insistent' | undefined;

export interface RedisConnection {
  /** Whether calls are let through now. */
  isUp(): boolean;
  /** Resolves to whether calls were let through within the time. */
  waitUntilUp(timeoutMs: number): Promise<boolean>;
  /** Milliseconds by the server's clock; the process's own clock while that is unknown. */
  now(): number;
  /**
   * Sends commands back to back and waits for all their answers, within the budget or not at all.
   *
   * @param budget time left to the caller, in ms. `patient`: nobody waits for it at a login page, so
   * it waits for the server to come back and is given up late rather than lost. `insistent`: patient,
   * and sent again while its time lasts, since it counts once however often it is sent.
   * @throws StateUnavailableError, with the cause.
   */
  call<T>(name: string, budget: CallBudget, send: (session: Session) => Promise<T>): Promise<T>;
  /** The server that the next write would go to; null: none, or it does not say which it is. */
  serverId(): string | null;
  close(): void;
}

const defaults = {
  commandTimeoutMs: 100,
  patienceMs: 2_000,
  maxInFlight: 2_000,
  failuresToOpen: 5,
  probeEveryMs: 250,
} as const;

/** The rest of the budget is for the answer's way back: what has run should also be heard of. */
const deadlineShare = 0.8;

const createCaller = (link: Link, maxInFlight: number) => {
  let inFlight = 0;
  const refusal = (budgetMs: number): string | null => {
    if (!link.circuit.isClosed()) return 'the circuit is open';
    if (link.client.status !== 'ready') return 'not connected';
    if (inFlight >= maxInFlight) return 'too many calls under way';
    return budgetMs > 0 ? null : 'no time left';
  };
  return async <T>(budgetMs: number, send: (session: Session) => Promise<T>): Promise<T> => {
    const refused = refusal(budgetMs);
    if (refused !== null) throw new Error(refused);
    const now = link.clock.now();
    if (now === null) throw new Error('the time of the server is not known yet');
    const session = createSession(link.client, Math.floor(now + budgetMs * deadlineShare));
    inFlight += 1;
    try {
      return await link.circuit.execute(() => within(budgetMs, send(session)));
    } finally {
      inFlight -= 1;
    }
  };
};

/**
 * A connection that answers or fails in time, whatever Redis does: frozen, refusing, slow, gone. A
 * service starts without Redis and recovers by itself.
 */
export const createRedisConnection = (options: RedisConnectionOptions): RedisConnection => {
  const settings = { ...defaults, ...options };
  const observer = options.observer ?? {};
  const signal = createUpSignal();
  const link = createLink({
    ...settings,
    onState: (up) => {
      observer.stateChanged?.(up);
      if (up) signal.raise();
    },
    onError: (error) => observer.failed?.(error),
  });
  const attempt = createCaller(link, settings.maxInFlight);
  const waitUntilUp = (timeoutMs: number): Promise<boolean> =>
    link.isUp() ? Promise.resolve(true) : signal.wait(timeoutMs);
  /** The time that a call has once it may begin. */
  const begin = async (budget: CallBudget, startedAt: number): Promise<number> => {
    if (typeof budget !== 'string') return budget ?? settings.commandTimeoutMs;
    const left = (): number => settings.patienceMs - (performance.now() - startedAt);
    await waitUntilUp(left());
    return left();
  };
  const isOver = (startedAt: number): boolean =>
    performance.now() - startedAt >= settings.patienceMs;
  return {
    isUp: () => link.isUp(),
    waitUntilUp,
    serverId: () => link.serverId(),
    now: () => link.clock.now() ?? Date.now(),
    call: async (name, budget, send) => {
      const startedAt = performance.now();
      const tell = (ok: boolean): void =>
        observer.called?.({ call: name, durationMs: performance.now() - startedAt, ok });
      for (;;) {
        try {
          const answer = await attempt(await begin(budget, startedAt), send);
          tell(true);
          return answer;
        } catch (cause) {
          // To ask again and again would not bring back what is gone.
          const lost = cause instanceof EmptiedStateError;
          if (budget === 'insistent' && !lost && !isOver(startedAt)) continue;
          tell(false);
          throw new StateUnavailableError(`state store: ${asError(cause).message}`, { cause });
        }
      }
    },
    close: () => {
      link.close();
    },
  };
};
