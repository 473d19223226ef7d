import {
  likelihoodFeatures,
  likelihoodOf,
  likelihoodRatio,
  type LikelihoodFeature,
} from '../likelihood.js';
import type { Familiarity } from '../evidence.js';
import { valueOf } from '../signal.js';
import type { Detector, FindingOf } from './detector.js';

/**
 * Natural logarithms of the ratio between which a feature's points grow. Below the first an attempt is
 * as much its owner's as an attempt gets; above the second nothing of it is.
 */
const familiarAt = -3;
const foreignAt = 2.5;

/** 0 points switch a feature off. */
export type HistoryUnlikelySettings = {
  readonly points: Readonly<Record<LikelihoodFeature, number>>;
  readonly insufficientPoints: number;
  readonly minLogins: number;
  readonly minPopulation: number;
};

/** One decimal is finer than any policy's bands, and the same on every machine. */
const round = (points: number): number => Math.round(points * 10) / 10;

const pointsFor = (ratio: number, most: number): number => {
  const share = (Math.log(ratio) - familiarAt) / (foreignAt - familiarAt);
  // What is no number is no habit either.
  return Number.isNaN(share) ? most : round(most * Math.min(1, Math.max(0, share)));
};

const insufficient = (
  familiarity: Familiarity,
  missing: 'logins' | 'population',
  { insufficientPoints, minLogins, minPopulation }: HistoryUnlikelySettings,
): FindingOf<'history_insufficient'> => ({
  reason: 'history_insufficient',
  points: insufficientPoints,
  detail: {
    missing,
    logins: familiarity.logins,
    needed: missing === 'logins' ? minLogins : minPopulation,
  },
});

/**
 * Each feature's ratio becomes points of its own, bounded by what the policy gives it: one strange
 * attribute never decides alone, and the points say which attribute was strange, and by how much.
 */
export const historyUnlikely: Detector<
  'history_unlikely' | 'history_insufficient',
  HistoryUnlikelySettings
> = {
  reason: 'history_unlikely',
  defaults: {
    points: { address: 12, user_agent: 9, login_count: 0, rtt: 0, hour: 0 },
    insufficientPoints: 0,
    minLogins: 1,
    minPopulation: 100,
  },
  detect: (evidence, settings) => {
    const familiarity = valueOf(evidence.familiarity);
    if (familiarity === null) return null;
    const likelihood = likelihoodOf(familiarity, settings);
    if (likelihood.kind === 'insufficient') {
      return insufficient(familiarity, likelihood.missing, settings);
    }
    const { ratios } = likelihood;
    const used = likelihoodFeatures.filter(
      (feature) => settings.points[feature] > 0 && ratios[feature] !== null,
    );
    const features = used.map((feature) => ({
      feature,
      ratio: Number((ratios[feature] ?? 1).toPrecision(4)),
      points: pointsFor(ratios[feature] ?? 1, settings.points[feature]),
    }));
    const points = round(features.reduce((sum, feature) => sum + feature.points, 0));
    if (points === 0) return null;
    return {
      reason: 'history_unlikely',
      points,
      detail: { ratio: Number(likelihoodRatio(ratios, used).toPrecision(4)), features },
    };
  },
};
