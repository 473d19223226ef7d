import type { Health } from './health.js';
import type { Log } from './log.js';

export interface RunServiceOptions {
  readonly name: string;
  readonly log: Log;
  readonly health: Health;
  readonly start: () => Promise<void>;
  /** Stops accepting and finishes what is in flight. Also called when `start` failed halfway. */
  readonly stop: () => Promise<void>;
  readonly drainMs?: number;
}

const settledWithin = async (work: Promise<unknown>, limitMs: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, limitMs);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Runs a service until a signal or a bug ends it. SIGTERM and SIGINT: not ready, drain for at most
 * `drainMs` (10 s), exit 0; a second signal exits at once. An unhandled error leaves the process in
 * an unknown state: it is logged, the service drains all the same, and the exit code is 1, so that
 * the supervisor restarts it.
 */
export const runService = async (options: RunServiceOptions): Promise<void> => {
  const { name, log, health, drainMs = 10_000 } = options;
  let exitCode: number | null = null;

  const exit = (code: number): void => {
    log.flush();
    process.exit(code);
  };

  const shutDown = async (cause: string, code: number): Promise<void> => {
    if (exitCode !== null) {
      exitCode = Math.max(exitCode, code);
      return;
    }
    exitCode = code;
    health.markStopping();
    log.info({ component: name, cause }, 'stopping');
    try {
      const drained = await settledWithin(options.stop(), drainMs);
      log.info({ component: name }, drained ? 'stopped' : 'stopped before all work was done');
    } catch (error) {
      log.error({ component: name, err: error }, 'stopping failed');
      exitCode = 1;
    }
    exit(exitCode);
  };

  const onSignal = (signal: NodeJS.Signals): void => {
    if (exitCode === null) void shutDown(signal, 0);
    else exit(1);
  };
  const onBug = (cause: string) => (error: unknown) => {
    log.fatal({ component: name, err: error }, cause);
    void shutDown(cause, 1);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', onBug('uncaught exception'));
  process.on('unhandledRejection', onBug('unhandled rejection'));

  try {
    await options.start();
    log.info({ component: name }, 'started');
  } catch (error) {
    log.fatal({ component: name, err: error }, 'start failed');
    await shutDown('start failed', 1);
  }
};
