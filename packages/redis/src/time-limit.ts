class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/**
 * The outcome of the work, or a TimeLimitError. Answers that have arrived but were not read yet, since
 * this process was busy, are read first: a pause of ours must not pass for a pause of Redis.
 */
export const within = <T>(limitMs: number, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => {
        reject(new TimeLimitError(`no answer within ${String(Math.round(limitMs))} ms`));
      });
    }, limitMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
