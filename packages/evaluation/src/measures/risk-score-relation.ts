import type { Sample } from './sample.js';

const meanOf = (samples: readonly Sample[]): number =>
  samples.reduce((sum, { score }) => sum + score, 0) / samples.length;

/** The mean score of attempts over that of honest logins; null where a quotient of means says nothing. */
export const riskScoreRelation = (
  honest: readonly Sample[],
  attacks: readonly Sample[],
): number | null => {
  const isNegative = ({ score }: Sample): boolean => score < 0;
  if (honest.some(isNegative) || attacks.some(isNegative)) return null;
  const relation = meanOf(attacks) / meanOf(honest);
  return Number.isFinite(relation) ? relation : null;
};
