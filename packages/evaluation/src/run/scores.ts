import type { Outcome } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';
import { scorerNames, type ScorerName } from '../results.js';
import type { JudgedFinding } from '../replay/decision-point.js';
import type { JudgedLogin } from '../replay/replay-logins.js';

/** `elsewhere`: of users who exist for a hard negative alone. */
export const parts = ['elsewhere', 'warm_up', 'reported'] as const;
export type Part = (typeof parts)[number];

/** `owner`, or kind and name: `attacker naive`. */
export type GroupName = string;

const groupOf = ({ by }: SyntheticLogin): GroupName =>
  by.kind === 'owner' ? by.kind : `${by.kind} ${by.name}`;

const outcomeNames = ['allow', 'step_up', 'deny'] as const satisfies readonly Outcome[];

/**
 * What became of the logins of one seed, a row each, in columns: a million rows pass between threads,
 * and none of them needs an object.
 */
export interface Scores {
  readonly seed: number;
  readonly groups: readonly GroupName[];
  /** Index into groups. */
  readonly group: Uint8Array;
  readonly user: Int32Array;
  /** Proven logins of the user before this one. */
  readonly history: Int32Array;
  /** Index into parts. */
  readonly part: Uint8Array;
  /** NaN: not scored. */
  readonly scores: Readonly<Record<ScorerName, Float64Array>>;
  /** With device tokens; 3: nothing was asked, for the password was wrong. */
  readonly outcome: Uint8Array;
  /** Which groups of people it falls into, see impact-groups; a bit for each. */
  readonly impact: Uint32Array;
  /** With device tokens: points by feature, in the seed that is taken apart. */
  readonly features: ReadonlyMap<string, Float64Array>;
}

export interface ScoredLogin {
  readonly login: SyntheticLogin;
  readonly history: number;
  readonly part: Part;
  readonly scores: Readonly<Record<ScorerName, number | null>>;
  /** Null: the password was wrong, so nothing was asked. */
  readonly outcome: Outcome | null;
  readonly impact: number;
}

export interface ScoresBuilder {
  add(row: ScoredLogin): void;
  /** @param features points by feature, as a feature table gathers them. */
  build(features: ReadonlyMap<string, Float64Array>): Scores;
}

/** Points by feature, in columns. */
export interface FeatureTable {
  readonly columns: ReadonlyMap<string, Float64Array>;
  add(row: number, judged: NonNullable<JudgedLogin['judged']>): void;
}

const isFeature = (
  value: unknown,
): value is { readonly feature: string; readonly points: number } =>
  typeof value === 'object' &&
  value !== null &&
  'feature' in value &&
  'points' in value &&
  typeof value.points === 'number';

const likelihoodFeaturesIn = ({ reason, detail }: JudgedFinding) => {
  const { features } = detail;
  return reason === 'history_unlikely' && Array.isArray(features) ? features.filter(isFeature) : [];
};

/** Points by feature: a detector's, or one of the features that the likelihood finding is made of. */
export const pointsByFeature = (
  judged: NonNullable<JudgedLogin['judged']>,
): ReadonlyMap<string, number> => {
  const points = new Map<string, number>();
  for (const finding of judged.findings) {
    if (finding.reason === 'score_clamped' || finding.points === 0) continue;
    const features = likelihoodFeaturesIn(finding);
    for (const each of features) points.set(`history_unlikely: ${each.feature}`, each.points);
    if (features.length === 0) points.set(finding.reason, finding.points);
  }
  return points;
};

const notAsked = 3;

export const isIn = (scores: Scores, row: number, part: Part): boolean =>
  parts[scores.part[row] ?? 0] === part;

export const outcomeOf = (code: number | undefined): Outcome | null =>
  outcomeNames[code ?? notAsked] ?? null;

export const createFeatureTable = (rows: number): FeatureTable => {
  const columns = new Map<string, Float64Array>();
  return {
    columns,
    add: (row, judged) => {
      for (const [feature, points] of pointsByFeature(judged)) {
        const column = columns.get(feature) ?? new Float64Array(rows);
        columns.set(feature, column);
        column[row] = points;
      }
    },
  };
};

/** @param rows how many there will be. */
export const createScoresBuilder = (seed: number, rows: number): ScoresBuilder => {
  const groups: GroupName[] = [];
  const group = new Uint8Array(rows);
  const user = new Int32Array(rows);
  const history = new Int32Array(rows);
  const part = new Uint8Array(rows);
  const outcome = new Uint8Array(rows);
  const impact = new Uint32Array(rows);
  const scores = {
    stepgate: new Float64Array(rows),
    stepgate_device: new Float64Array(rows),
    reference: new Float64Array(rows),
    rules_only: new Float64Array(rows),
  } satisfies Record<ScorerName, Float64Array>;
  let row = 0;

  const groupIndex = (name: GroupName): number => {
    const known = groups.indexOf(name);
    return known === -1 ? groups.push(name) - 1 : known;
  };
  return {
    add: (scored) => {
      group[row] = groupIndex(groupOf(scored.login));
      user[row] = scored.login.user;
      history[row] = scored.history;
      part[row] = parts.indexOf(scored.part);
      for (const name of scorerNames) scores[name][row] = scored.scores[name] ?? NaN;
      outcome[row] = scored.outcome === null ? notAsked : outcomeNames.indexOf(scored.outcome);
      impact[row] = scored.impact;
      row += 1;
    },
    build: (features) => ({
      seed,
      groups,
      group,
      user,
      history,
      part,
      scores,
      outcome,
      impact,
      features,
    }),
  };
};
