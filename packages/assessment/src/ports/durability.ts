/** Of what must survive: denials, locks, holds, alerts, completions. Counters are best effort. */
export interface Durability {
  /**
   * Whether all that this process has written so far would survive a crash of the store and, where it
   * has replicas, the loss of its primary. Asked after the write; many ask at once for the price of one.
   * Never rejects: what is not known to be kept is not kept.
   *
   * @param budgetMs time left to the caller.
   */
  secured(budgetMs: number): Promise<boolean>;
}
