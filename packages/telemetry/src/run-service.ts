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

/** @returns the exit code: 1 when stopping itself failed. */
const drain = async (options: RunServiceOptions): Promise<number> => {
  const { name, log, drainMs = 10_000 } = options;
  try {
    const drained = await settledWithin(options.stop(), drainMs);
    log.info({ component: name }, drained ? 'stopped' : 'stopped before all work was done');
    return 0;
  } catch (error) {
    log.error({ component: name, err: error }, 'stopping failed');
    return 1;
  }
};

/** Shuts down once; a later, worse cause raises the exit code of the shutdown under way. */
const createShutDown = (options: RunServiceOptions): ((cause: string, code: number) => boolean) => {
  const { name, log, health } = options;
  let exitCode: number | null = null;
  return (cause, code) => {
    const first = exitCode === null;
    exitCode = Math.max(exitCode ?? 0, code);
    if (!first) return false;
    health.markStopping();
    log.info({ component: name, cause }, 'stopping');
    void drain(options).then((failed) => {
      log.flush();
      process.exit(Math.max(exitCode ?? 0, failed));
    });
    return true;
  };
};

/**
 * Runs a service until a signal or a bug ends it. SIGTERM and SIGINT: not ready, drain for at most
 * `drainMs` (10 s), exit 0; a second signal exits at once. An unhandled error leaves the process in
 * an unknown state: it is logged, the service drains all the same, and the exit code is 1, so that
 * the supervisor restarts it.
 */
export const runService = async (options: RunServiceOptions): Promise<void> => {
  const { name, log } = options;
  const shutDown = createShutDown(options);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (shutDown(signal, 0)) return;
    log.flush();
    process.exit(1);
  };
  const onBug = (cause: string) => (error: unknown) => {
    log.fatal({ component: name, err: error }, cause);
    shutDown(cause, 1);
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
    shutDown('start failed', 1);
  }
};
