import { valueOf, type Signal, type UserAgent } from '@stepgate/engine';

const sortKeys = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/**
 * What a device looks like, as text for the store to hash: the caller's fingerprint, whatever its order,
 * and what survives an upgrade of the browser. Null: nobody said anything.
 */
export const fingerprintOf = (
  sent: Readonly<Record<string, unknown>> | null,
  userAgent: Signal<UserAgent>,
): string | null => {
  const agent = valueOf(userAgent);
  if (sent === null && agent === null) return null;
  return JSON.stringify([sent, agent?.os ?? null, agent?.deviceType ?? null], sortKeys);
};
