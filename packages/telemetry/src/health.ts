export interface CheckResult {
  readonly ok: boolean;
  /** Not ok, yet the service serves without it: it stays ready and says so. */
  readonly degraded?: boolean;
  /** For operators; no personal data, no secrets. */
  readonly detail: string;
}

/** Should be cheap; one that takes over a second counts as failed. */
export type HealthCheck = () => CheckResult | Promise<CheckResult>;

export interface Readiness {
  readonly ready: boolean;
  /** Ready, with something missing. */
  readonly degraded: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

export interface Health {
  register(name: string, check: HealthCheck): void;
  /** From now on not ready, whatever the checks say. Cannot be undone. */
  markStopping(): void;
  isStopping(): boolean;
  readiness(): Promise<Readiness>;
}

const checkTimeoutMs = 1_000;

const runCheck = async (check: HealthCheck): Promise<CheckResult> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ok: false, detail: 'no answer in time' });
    }, checkTimeoutMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    // The error's text may name hosts or credentials; whoever runs the check logs it.
    return { ok: false, detail: 'the check failed' };
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Readiness built of named checks. Liveness needs none: that the process answers shows that its
 * event loop turns, and a restart would not mend a dependency.
 */
export const createHealth = (): Health => {
  const checks = new Map<string, HealthCheck>();
  let stopping = false;
  return {
    register: (name, check) => {
      checks.set(name, check);
    },
    markStopping: () => {
      stopping = true;
    },
    isStopping: () => stopping,
    readiness: async () => {
      const results = await Promise.all(
        [...checks].map(async ([name, check]) => [name, await runCheck(check)] as const),
      );
      const failed = results.map(([, result]) => result).filter(({ ok }) => !ok);
      const ready = !stopping && failed.every(({ degraded }) => degraded === true);
      const process = { ok: !stopping, detail: stopping ? 'stopping' : 'running' };
      return {
        ready,
        degraded: ready && failed.length > 0,
        checks: { process, ...Object.fromEntries(results) },
      };
    },
  };
};
