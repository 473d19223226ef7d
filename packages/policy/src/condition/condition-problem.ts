export interface ConditionProblem {
  /** Characters from the start of the condition. */
  readonly offset: number;
  readonly message: string;
  readonly suggestion?: string;
}
