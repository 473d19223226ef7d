import { waitUntil } from '@stepgate/cli';

/** Status code of /readyz; 0 when nobody is there. */
export const readinessOf = (url: string): Promise<number> =>
  fetch(`${url}/readyz`).then(
    ({ status }) => status,
    () => 0,
  );

/** Milliseconds until /readyz answers so. */
export const millisecondsUntilReadiness = async (
  url: string,
  code: number,
  timeoutMs = 70_000,
): Promise<number> => {
  const startedAt = performance.now();
  await waitUntil(async () => (await readinessOf(url)) === code, {
    timeoutMs,
    what: () => `readiness did not become ${String(code)}`,
  });
  return performance.now() - startedAt;
};
