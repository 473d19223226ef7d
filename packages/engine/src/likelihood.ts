import type { Familiarity, TraitLevel } from './evidence.js';

/**
 * The likelihood ratio of Freeman et al. (NDSS 2016) as Wiefling et al. (TOPS 2022) restate it: how
 * common the attempt's traits are among all logins, over how common they are among the subject's own.
 * Above 1 the attempt looks more like anybody than like its owner.
 */
export const likelihoodFeatures = ['address', 'user_agent', 'login_count', 'rtt', 'hour'] as const;
export type LikelihoodFeature = (typeof likelihoodFeatures)[number];

interface WeightedLevel {
  readonly level: TraitLevel;
  readonly weight: number;
}

/** Finest level first. Weights sum to 1; those of the publication (das-group/rba-algorithm, MIT). */
const hierarchies: Readonly<
  Record<Exclude<LikelihoodFeature, 'login_count'>, readonly [WeightedLevel, ...WeightedLevel[]]>
> = {
  address: [
    { level: 'address', weight: 0.6 },
    { level: 'asn', weight: 0.3 },
    { level: 'country', weight: 0.1 },
  ],
  user_agent: [
    { level: 'userAgent', weight: 0.5386653840551359 },
    { level: 'browser', weight: 0.2680451498625666 },
    { level: 'os', weight: 0.18818295100109536 },
    { level: 'deviceType', weight: 0.0051065150812021525 },
  ],
  rtt: [{ level: 'rtt', weight: 1 }],
  hour: [{ level: 'hour', weight: 1 }],
};

/** Nothing of it was ever seen of the subject: riskier than anybody's average, and bounded. */
const unseenRatio = 4;

type Population = NonNullable<Familiarity['population']>;

/**
 * Probability among all logins. Only the finest level is smoothed, for values never seen before, and
 * discounted by how often a value as rare as this one turns out to be somebody new's.
 */
const amongAll = (
  [finest, ...coarser]: readonly [WeightedLevel, ...WeightedLevel[]],
  { logins, counts, distinct }: Population,
): number => {
  const seen = counts[finest.level];
  const unseenMass = coarser.reduce((sum, { level }) => sum + distinct[level], 1);
  const discount = seen === null || seen === 0 ? 1 : seen / (seen + coarser.length + 1);
  const smoothed = seen === null ? 1 : (discount * Math.max(seen, 1)) / (logins + unseenMass);
  return coarser.reduce(
    // What could not be read is everybody's: it must never make an attempt look rarer.
    (sum, { level, weight }) => sum + weight * ((counts[level] ?? logins) / logins),
    finest.weight * smoothed,
  );
};

/** Probability among the subject's own logins, unsmoothed. What could not be read is nobody's habit. */
const amongOwn = (levels: readonly WeightedLevel[], { logins, own }: Familiarity): number =>
  levels.reduce((sum, { level, weight }) => sum + (weight * (own[level] ?? 0)) / logins, 0);

const featureRatio = (
  feature: Exclude<LikelihoodFeature, 'login_count'>,
  familiarity: Familiarity,
  population: Population,
): number => {
  const levels = hierarchies[feature];
  const all = amongAll(levels, population);
  const own = amongOwn(levels, familiarity);
  return own === 0 ? unseenRatio : all / own;
};

/** How often people sign in over how often this one does: all are attacked alike, few sign in often. */
const loginCountRatio = ({ logins }: Familiarity, population: Population): number =>
  population.logins / population.subjects / logins;

export type Likelihood =
  | {
      readonly kind: 'insufficient';
      /** Too few proven logins of the subject, or of the whole tenant. */
      readonly missing: 'logins' | 'population';
    }
  | {
      readonly kind: 'scored';
      readonly ratios: Readonly<Record<LikelihoodFeature, number | null>>;
    };

export interface LikelihoodNeeds {
  readonly minLogins: number;
  readonly minPopulation: number;
}

/** Null for a feature that the attempt does not have. */
export const likelihoodOf = (familiarity: Familiarity, needs: LikelihoodNeeds): Likelihood => {
  const { logins, own, population } = familiarity;
  if (logins < Math.max(1, needs.minLogins)) return { kind: 'insufficient', missing: 'logins' };
  if (population === null || population.logins < Math.max(1, needs.minPopulation)) {
    return { kind: 'insufficient', missing: 'population' };
  }
  const ratioOf = (feature: Exclude<LikelihoodFeature, 'login_count'>): number =>
    featureRatio(feature, familiarity, population);
  return {
    kind: 'scored',
    ratios: {
      address: ratioOf('address'),
      user_agent: ratioOf('user_agent'),
      login_count: population.subjects === 0 ? null : loginCountRatio(familiarity, population),
      rtt: own.rtt === null ? null : ratioOf('rtt'),
      hour: own.hour === null ? null : ratioOf('hour'),
    },
  };
};

/** The published score: the product over the features; higher is riskier, unbounded. */
export const likelihoodRatio = (
  ratios: Readonly<Record<LikelihoodFeature, number | null>>,
  features: readonly LikelihoodFeature[],
): number => features.reduce((product, feature) => product * (ratios[feature] ?? 1), 1);
