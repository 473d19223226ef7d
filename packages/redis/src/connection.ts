import { StateUnavailableError } from '@stepgate/assessment';
import type { Cluster, Redis } from 'ioredis';
import { CircuitOpenError, createCircuit } from './circuit.js';
import { createClient } from './client.js';
import { numberIn } from './reply.js';
import { createServerClock } from './server-clock.js';
import { createSession, type Session } from './session.js';
import { within } from './time-limit.js';

export interface RedisConnectionOptions {
  /** `redis://` or `rediss://`, with user, password and database; several = nodes of a Cluster. */
  readonly url: string | readonly string[];
  /** Time that any call may take. */
  readonly commandTimeoutMs?: number;
  /** Calls under way beyond which further ones are refused, so that a freeze cannot fill memory. */
  readonly maxInFlight?: number;
  readonly failuresToOpen?: number;
  readonly probeEveryMs?: number;
  readonly observer?: RedisObserver;
}

/** Told of calls and of the state, for metrics and logs. Must not throw. */
export interface RedisObserver {
  called?(told: { readonly call: string; readonly durationMs: number; readonly ok: boolean }): void;
  stateChanged?(up: boolean): void;
  failed?(error: Error): void;
}

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
   * @param budgetMs time left to the caller; at most the command timeout.
   * @throws StateUnavailableError, with the cause.
   */
  call<T>(
    name: string,
    budgetMs: number | undefined,
    send: (session: Session) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

const defaults = {
  commandTimeoutMs: 100,
  maxInFlight: 2_000,
  failuresToOpen: 5,
  probeEveryMs: 250,
} as const;
const clockRefreshMs = 10_000;

/** A share of the budget is kept for the answer's way back: what runs is also heard of. */
const deadlineShare = 0.8;

const readTime = async (client: Redis | Cluster): Promise<number> => {
  const [seconds, micros] = await client.time();
  return numberIn(seconds) * 1000 + Math.floor(numberIn(micros) / 1000);
};

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));

/**
 * A connection that answers or fails in time, whatever Redis does: frozen, refusing, slow, gone.
 * Connects in the background and for ever; a service starts without Redis and recovers by itself.
 */
export const createRedisConnection = (options: RedisConnectionOptions): RedisConnection => {
  const settings = { ...defaults, ...options };
  const observer = options.observer ?? {};
  const client = createClient(settings.url, settings.commandTimeoutMs);
  const clock = createServerClock();
  const waiting = new Set<() => void>();
  let inFlight = 0;

  const refreshClock = (): Promise<void> => clock.refresh(() => readTime(client));
  /** Drops what a frozen server will never answer; the new connection is answered once it thaws. */
  const probe = async (): Promise<void> => {
    try {
      await within(settings.commandTimeoutMs, refreshClock());
    } catch (error) {
      if (client.status === 'ready') client.disconnect(true);
      throw error;
    }
  };
  const told = (up: boolean): void => {
    observer.stateChanged?.(up);
    if (up) for (const resume of waiting) resume();
  };
  const circuit = createCircuit({ ...settings, probe, onChange: told });
  const isUp = (): boolean => circuit.isClosed() && clock.now() !== null && client.status === 'ready';

  const synchronise = (): void => {
    refreshClock().then(
      () => {
        if (isUp()) told(true);
      },
      (error: unknown) => observer.failed?.(asError(error)),
    );
  };
  client.on('error', (error: Error) => observer.failed?.(error));
  client.on('ready', synchronise);
  client.on('close', () => {
    clock.forget();
    observer.stateChanged?.(false);
  });
  const refreshing = setInterval(() => {
    if (isUp()) synchronise();
  }, clockRefreshMs);
  refreshing.unref();

  const refusal = (budgetMs: number): Error | null => {
    if (!circuit.isClosed()) return new CircuitOpenError('the circuit is open');
    if (client.status !== 'ready') return new Error('not connected');
    if (inFlight >= settings.maxInFlight) return new Error('too many calls under way');
    return budgetMs > 0 ? null : new Error('no time left');
  };

  const attempt = async <T>(
    budgetMs: number,
    send: (session: Session) => Promise<T>,
  ): Promise<T> => {
    const now = clock.now();
    const refused = refusal(budgetMs);
    if (refused !== null) throw refused;
    if (now === null) throw new Error('the time of the server is not known yet');
    const session = createSession(client, Math.floor(now + budgetMs * deadlineShare));
    inFlight += 1;
    try {
      return await circuit.execute(() => within(budgetMs, send(session)));
    } finally {
      inFlight -= 1;
    }
  };

  return {
    isUp,
    waitUntilUp: (timeoutMs) =>
      isUp()
        ? Promise.resolve(true)
        : new Promise((resolve) => {
            const resume = (up: boolean): void => {
              clearTimeout(timer);
              waiting.delete(onUp);
              resolve(up);
            };
            const onUp = (): void => {
              resume(true);
            };
            const timer = setTimeout(() => {
              resume(isUp());
            }, timeoutMs);
            waiting.add(onUp);
          }),
    now: () => clock.now() ?? Date.now(),
    call: async (name, budgetMs, send) => {
      const startedAt = performance.now();
      const tell = (ok: boolean): void =>
        observer.called?.({ call: name, durationMs: performance.now() - startedAt, ok });
      try {
        const budget = Math.min(budgetMs ?? Infinity, settings.commandTimeoutMs);
        const answer = await attempt(budget, send);
        tell(true);
        return answer;
      } catch (cause) {
        tell(false);
        throw new StateUnavailableError(`state store: ${asError(cause).message}`, { cause });
      }
    },
    close: async () => {
      clearInterval(refreshing);
      circuit.close();
      client.disconnect();
      await Promise.resolve();
    },
  };
};
