import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { SendVerdict } from '../alert-sink.js';

export interface Circuit {
  /** Milliseconds until the sink is tried again; 0 while it may be. */
  restsForMs(): number;
  /** Whether the one delivery that decides about closing is under way. */
  isOnTrial(): boolean;
  /** Only while it neither rests nor is on trial. */
  execute(send: () => Promise<SendVerdict>): Promise<SendVerdict>;
}

export interface CircuitOptions {
  /** So many failures in a row open it. */
  readonly failuresToOpen: number;
  /** For so long a sink is then left alone. */
  readonly restMs: number;
  readonly clock: () => number;
  readonly onChange: (open: boolean) => void;
}

const isVerdict = (result: unknown): result is SendVerdict =>
  typeof result === 'object' && result !== null && 'kind' in result;

/** A refusal for good is an answer: only what must be tried again speaks against the sink. */
const failed = (result: unknown): boolean => isVerdict(result) && result.kind === 'retry';

/**
 * A sink that does not answer is left alone for a while, so that its alerts neither hold the worker's
 * slots for ten seconds each nor use up their tries; then one alert at a time finds out whether it is
 * back.
 */
export const createCircuit = ({
  failuresToOpen,
  restMs,
  clock,
  onChange,
}: CircuitOptions): Circuit => {
  const breaker = circuitBreaker(handleWhenResult(failed), {
    halfOpenAfter: 0,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  let restsUntil = 0;
  let open = false;
  breaker.onStateChange((state) => {
    if (state === CircuitState.HalfOpen) return;
    const opens = state === CircuitState.Open;
    restsUntil = opens ? clock() + restMs : 0;
    if (opens === open) return;
    open = opens;
    onChange(open);
  });
  return {
    restsForMs: () => Math.max(restsUntil - clock(), 0),
    isOnTrial: () => breaker.state === CircuitState.HalfOpen,
    execute: (send) => breaker.execute(send),
  };
};
