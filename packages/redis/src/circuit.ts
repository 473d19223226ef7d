import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { EmptiedStateError } from './session.js';

export interface Circuit {
  isClosed(): boolean;
  /** Rejects at once while the circuit is open: no request is sent to try whether Redis is back. */
  execute<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface CircuitDeps {
  /** Resolves when the server answers; tried again and again while the circuit is open. */
  readonly probe: () => Promise<unknown>;
  readonly failuresToOpen: number;
  readonly probeEveryMs: number;
  readonly onChange: (closed: boolean) => void;
}

class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
}

/** A server that says that it is empty answers, and well: it need not be spared. */
const isFailure = handleWhen((error) => !(error instanceof EmptiedStateError));

/**
 * A circuit breaker whose trial calls are probes of its own, so that no login waits on a dead server
 * and recovery does not depend on traffic.
 */
export const createCircuit = (deps: CircuitDeps): Circuit => {
  const breaker = circuitBreaker(isFailure, {
    halfOpenAfter: 0,
    breaker: new ConsecutiveBreaker(deps.failuresToOpen),
  });
  let timer: NodeJS.Timeout | null = null;
  let closed = true;

  const probeLater = (): void => {
    timer = setTimeout(() => {
      breaker.execute(deps.probe).then(() => {
        // A call from before the opening may have failed meanwhile and opened it again.
        if (!closed) probeLater();
      }, probeLater);
    }, deps.probeEveryMs);
    timer.unref();
  };
  breaker.onStateChange((state) => {
    if (state === CircuitState.HalfOpen || closed === (state === CircuitState.Closed)) return;
    closed = state === CircuitState.Closed;
    deps.onChange(closed);
    if (!closed) probeLater();
  });

  return {
    isClosed: () => closed,
    execute: (work) =>
      closed ? breaker.execute(work) : Promise.reject(new CircuitOpenError('the circuit is open')),
    close: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
};
