/** Lets many wait for one thing to come up. */
export interface UpSignal {
  raise(): void;
  /** Resolves to true when raised within the time, to false otherwise. */
  wait(timeoutMs: number): Promise<boolean>;
}

export const createUpSignal = (): UpSignal => {
  const waiting = new Set<() => void>();
  return {
    raise: () => {
      for (const resume of waiting) resume();
    },
    wait: (timeoutMs) =>
      new Promise((resolve) => {
        const end = (raised: boolean): void => {
          clearTimeout(timer);
          waiting.delete(resume);
          resolve(raised);
        };
        const resume = (): void => {
          end(true);
        };
        const timer = setTimeout(() => {
          end(false);
        }, timeoutMs);
        waiting.add(resume);
      }),
  };
};
