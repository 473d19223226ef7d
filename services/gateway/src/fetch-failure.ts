const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';

/**
 * What a failed fetch means; it wraps every network failure in a TypeError.
 *
 * @throws the error itself when it is neither a time-out nor the network: then it is a bug.
 */
export const fetchFailure = (error: unknown): 'timeout' | 'connection' => {
  const name = nameOf(error);
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'TypeError') return 'connection';
  throw error;
};
