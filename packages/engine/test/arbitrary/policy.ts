import fc, { type Arbitrary } from 'fast-check';
import { ladderWith, policySignalOf, policyWith, ruleOf } from '@stepgate/testing';
import { actionNames, authenticators } from '../../src/attempt.js';
import {
  defaultDetectorSettings,
  detectorNames,
  detectors,
  type DetectorName,
  type DetectorSettings,
} from '../../src/detectors/index.js';
import { reputationCategories } from '../../src/evidence.js';
import { strictest } from '../../src/outcome.js';
import {
  outcomes,
  strengths,
  type Limit,
  type OutcomeSpec,
  type Policy,
  type PolicySignal,
  type Rule,
  type Rung,
  type UnavailableCost,
} from '../../src/policy.js';
import { limitNames } from './evidence.js';

/** Whole or broken, as the policy language lets them through. */
const anyPoints = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.double({ min: 0, max: 100, noNaN: true }),
);

export const anyDemand: Arbitrary<OutcomeSpec> = fc.record({
  outcome: fc.constantFrom(...outcomes),
  require: fc.constantFrom(...strengths),
  forbid: fc.subarray([...authenticators]),
  numberMatching: fc.boolean(),
});

/** Each level at least as strict as the one below it. */
export const anyDecide: Arbitrary<Policy['decide']> = fc
  .tuple(anyDemand, anyDemand, anyDemand)
  .map(([low, more, most]) => {
    const medium = strictest(low, more);
    return { low, medium, high: strictest(medium, most) };
  });

const mapValues = (record: Readonly<Record<string, unknown>>, value: number) =>
  Object.fromEntries(Object.keys(record).map((key) => [key, value]));

/** Every detector on with its own points, or off; the other settings as they are by default. */
const anySettings: Arbitrary<DetectorSettings> = fc
  .tuple(
    fc.array(fc.option(anyPoints, { nil: null, freq: 8 }), {
      minLength: detectorNames.length,
      maxLength: detectorNames.length,
    }),
    fc.array(anyPoints, {
      minLength: reputationCategories.length,
      maxLength: reputationCategories.length,
    }),
  )
  .map(([points, listed]) => {
    const byCategory = Object.fromEntries(
      reputationCategories.map((category, index) => [category, listed[index]]),
    );
    const priceOf = (name: DetectorName): number | null =>
      points[detectorNames.indexOf(name)] ?? null;
    const pricesOf = (name: DetectorName, own: number) => {
      const { points: usual } = detectors[name].defaults;
      if (name === 'ip_listed') return byCategory;
      // No policy means to charge more for the doubtful journey than for the certain one.
      if (name === 'travel_unconfirmed') return Math.min(own, priceOf('travel_impossible') ?? 0);
      return typeof usual === 'number' ? own : mapValues(usual, own);
    };
    const settings = detectorNames.map((name) => {
      const own = priceOf(name);
      return [
        name,
        own === null ? null : { ...defaultDetectorSettings[name], points: pricesOf(name, own) },
      ];
    });
    return Object.fromEntries(settings) as DetectorSettings;
  });

const anySignals: Arbitrary<readonly PolicySignal[]> = fc.array(
  fc
    .tuple(anyPoints, fc.boolean())
    .map(([points, met]) => policySignalOf('own_signal', points, () => ({ met }))),
  { maxLength: 3 },
);

export const anyRules: Arbitrary<readonly Rule[]> = fc.array(
  fc.tuple(anyDemand, fc.boolean()).map(([then, met]) => ruleOf('own rule', then, () => ({ met }))),
  { maxLength: 3 },
);

const anyLimits: Arbitrary<readonly Limit[]> = fc
  .tuple(fc.tuple(anyDemand, anyDemand, anyDemand), fc.subarray([...actionNames]))
  .map(([demands, actions]) =>
    demands.map((then, index) => ({
      name: limitNames[index] ?? 'one',
      per: 'subject',
      actions,
      max: 5,
      windowMs: 600_000,
      then,
    })),
  );

const anyRung: Arbitrary<Rung> = fc
  .tuple(anyDemand, fc.integer({ min: 1, max: 30 }), anyPoints, fc.boolean())
  .map(([demand, at, points, exceptKnownDevice]) => ({
    ...demand,
    at,
    points,
    holdMs: 0,
    alert: null,
    exceptKnownDevice,
  }));

const anyCost: Arbitrary<UnavailableCost> = fc.oneof(
  fc.constant<UnavailableCost>({ kind: 'keep' }),
  anyPoints.map((points): UnavailableCost => ({ kind: 'points', points })),
  fc
    .constantFrom('step_up' as const, 'deny' as const)
    .map((outcome): UnavailableCost => ({ kind: 'outcome', outcome })),
);

/** A policy as the policy package lets it through, without rules. */
export const anyPolicy: Arbitrary<Policy> = fc
  .record({
    bands: fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
      .map(([a, b]) => ({ medium: Math.min(a, b), high: Math.max(a, b) + 1 })),
    detectors: anySettings,
    signals: anySignals,
    decide: anyDecide,
    limits: anyLimits,
    counted: fc.subarray(['denied', 'ignored', 'reported'] as const, { minLength: 1 }),
    rungs: fc.array(anyRung, { maxLength: 4 }),
    degraded: fc.record({
      state: fc.constantFrom('step_up' as const, 'deny' as const),
      geo: anyCost,
      reputation: anyCost,
    }),
  })
  .map(({ counted, rungs, ...overrides }) =>
    policyWith({
      ...overrides,
      pushLadder: ladderWith({ counted, rungs: rungs.toSorted((a, b) => a.at - b.at) }),
    }),
  );
