import type { Finding } from './findings.js';
import type { Level, Policy } from './policy.js';

const maxScore = 100;

export interface Score {
  readonly score: number;
  /** The findings, and a clamp when their points go past 100: listed points always sum to the score. */
  readonly findings: readonly Finding[];
}

export const scoreOf = (findings: readonly Finding[]): Score => {
  const sum = findings.reduce((total, finding) => total + finding.points, 0);
  if (sum <= maxScore) return { score: sum, findings };
  return {
    score: maxScore,
    findings: [...findings, { reason: 'score_clamped', points: maxScore - sum, detail: { sum } }],
  };
};

/** Points of findings that came after the score was made: counted once, under the same ceiling. */
export const addFindings = (scored: readonly Finding[], added: readonly Finding[]): Score => {
  const replaced = new Set<string>(['score_clamped', ...added.map((finding) => finding.reason)]);
  return scoreOf([...scored.filter((finding) => !replaced.has(finding.reason)), ...added]);
};

/** So written that a score or a band that is no number never makes a level low. */
export const levelOf = (score: number, bands: Policy['bands']): Level => {
  if (!(score < bands.high)) return 'high';
  return score < bands.medium ? 'low' : 'medium';
};
