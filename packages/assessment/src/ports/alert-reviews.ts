/**
 * Looks again at what no event tells of: prompts that ran out without an answer, alerts that have been
 * quiet. Any number of reviewers may run at once.
 *
 * @throws StateUnavailableError on every method.
 */
export interface AlertReviews {
  /** One pass over what is due. */
  reviewDue(): Promise<{
    /** Subjects and campaigns that were looked at. */
    readonly reviewed: number;
    /** `at` of the rungs that subjects have reached because prompts ran out. */
    readonly rungs: readonly number[];
  }>;
  /** Alerts that are open now, over all tenants. */
  countOpenAlerts(): Promise<number>;
}
