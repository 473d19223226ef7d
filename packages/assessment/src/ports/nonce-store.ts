export interface NonceClaim {
  readonly tenant: string;
  /** Whose nonce it is: two callers may choose the same one. */
  readonly caller: string;
  readonly nonce: string;
  /** How long a request with this nonce could still pass for a fresh one. */
  readonly lifetimeMs: number;
}

export interface NonceStore {
  /**
   * True exactly once for a nonce, over all engines.
   *
   * @throws StateUnavailableError when the store does not answer in time: nobody knows then whether
   * the nonce is new, so the request must not be served.
   */
  claimNonce(claim: NonceClaim): Promise<boolean>;
}
