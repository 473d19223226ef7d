/** The state store did not answer in time, refused, or failed. The decision goes on without it. */
export class StateUnavailableError extends Error {
  override readonly name = 'StateUnavailableError';
  readonly code = 'state_unavailable';
}
