/**
 * Looks again at what no event tells of: prompts that ran out without an answer, alerts that have been
 * quiet. Any number of reviewers may run at once.
 *
 * @throws StateUnavailableError on every method.
 */
export interface AlertReviews {
  /** One pass over what is due. @returns how many subjects and campaigns were looked at. */
  reviewDue(): Promise<number>;
  /** Alerts that are open now, over all tenants. */
  countOpenAlerts(): Promise<number>;
}
