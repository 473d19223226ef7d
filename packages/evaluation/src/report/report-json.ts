import type { EvaluationCheck, EvaluationResults } from '../results.js';

export interface EvaluationReport {
  readonly checks: readonly EvaluationCheck[];
  readonly figures: Omit<EvaluationResults, 'checks'>;
}

/** What `reports/evaluate.json` holds: the checks first, as in every report of this project. */
export const reportJson = ({ checks, ...figures }: EvaluationResults): EvaluationReport => ({
  checks,
  figures,
});
