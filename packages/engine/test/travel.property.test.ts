import fc from 'fast-check';
import { cleanEvidence, cleanHistory, cleanNow, amsterdam } from '@stepgate/testing';
import { detectors } from '../src/detectors/index.js';
import { reputationCategories } from '../src/evidence.js';
import { observed } from '../src/signal.js';
import {
  distanceKm,
  isOnGlobe,
  isTrustedPlace,
  leastDistanceKm,
  travelSince,
} from '../src/travel.js';
import { anyNumber, pointOnGlobe } from './arbitrary/evidence.js';
import { propertyOptions } from './property-options.js';

const halfCircleKm = Math.PI * 6371;
const hourMs = 3_600_000;
const latitude = fc.double({ min: -90, max: 90, noNaN: true });
const longitude = fc.double({ min: -180, max: 180, noNaN: true });

const brokenNumber = fc.constantFrom(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e9,
  -1e9,
);
/** One coordinate or more that no globe has. */
const offGlobe = fc
  .tuple(
    pointOnGlobe,
    fc.subarray(['latitude', 'longitude'] as const, { minLength: 1 }),
    brokenNumber,
  )
  .map(([point, broken, value]) => ({
    ...point,
    ...Object.fromEntries(broken.map((name) => [name, value])),
  }));
const negativeRadius = pointOnGlobe.map((point) => ({
  ...point,
  precisionKm: -1 - point.precisionKm,
}));

const attemptFrom = (
  from: { readonly latitude: number; readonly longitude: number; readonly precisionKm: number },
  to: typeof from,
  at: number,
) =>
  cleanEvidence({
    history: observed(cleanHistory({ places: [{ ...from, at, sameSource: false }] })),
    geo: observed({ ...amsterdam, point: to }),
  });

describe('a distance', () => {
  it('is the same both ways, and at most half of the circumference', () => {
    fc.assert(
      fc.property(pointOnGlobe, pointOnGlobe, (from, to) => {
        const there = distanceKm(from, to);
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(halfCircleKm + 1e-6);
        expect(Math.abs(there - distanceKm(to, from))).toBeLessThan(1e-3);
        expect(leastDistanceKm(from, to)).toBeLessThanOrEqual(there);
      }),
      propertyOptions(1000),
    );
  });

  it('takes the short way over the antimeridian', () => {
    fc.assert(
      fc.property(latitude, fc.double({ min: 0, max: 1, noNaN: true }), (level, step) => {
        const east = { latitude: level, longitude: 180 - step };
        const west = { latitude: level, longitude: step - 180 };
        expect(distanceKm(east, west)).toBeLessThanOrEqual((2 * step * halfCircleKm) / 180 + 1e-3);
      }),
      propertyOptions(300),
    );
  });

  it('knows one point only at each pole', () => {
    fc.assert(
      fc.property(fc.constantFrom(90, -90), longitude, longitude, (pole, one, other) => {
        const from = { latitude: pole, longitude: one };
        expect(distanceKm(from, { latitude: pole, longitude: other })).toBeLessThan(1e-3);
        expect(
          Math.abs(distanceKm(from, { latitude: 0, longitude: other }) - halfCircleKm / 2),
        ).toBeLessThan(1e-3);
      }),
      propertyOptions(300),
    );
  });
});

describe('a point that lies nowhere', () => {
  it('is neither learnt nor measured from nor measured to', () => {
    fc.assert(
      fc.property(fc.oneof(offGlobe, negativeRadius), pointOnGlobe, (broken, point) => {
        expect(isOnGlobe(broken)).toBe(false);
        expect(isTrustedPlace({ ...amsterdam, point: broken }, [])).toBe(false);
        expect(travelSince(attemptFrom(broken, point, cleanNow), cleanNow)).toBeNull();
        expect(travelSince(attemptFrom(point, broken, cleanNow), cleanNow)).toBeNull();
      }),
      propertyOptions(500),
    );
  });
});

describe('a travel', () => {
  it('has a finite speed over any time, the past and the future included', () => {
    fc.assert(
      fc.property(pointOnGlobe, pointOnGlobe, anyNumber, (from, to, at) => {
        const travel = travelSince(attemptFrom(from, to, at), cleanNow);
        expect(travel?.elapsedMs).toBeGreaterThanOrEqual(60_000);
        expect(Number.isFinite(travel?.speedKmh)).toBe(true);
      }),
      propertyOptions(500),
    );
  });

  it('is never both impossible and unconfirmed, and over Tor never unconfirmed', () => {
    const categories = fc.subarray([...reputationCategories]);
    const { travel_impossible: impossible, travel_unconfirmed: unconfirmed } = detectors;
    fc.assert(
      fc.property(pointOnGlobe, pointOnGlobe, categories, (from, to, listed) => {
        const evidence = {
          ...attemptFrom(from, to, cleanNow - hourMs),
          reputation: observed(listed),
        };
        const found = [
          impossible.detect(evidence, impossible.defaults, cleanNow),
          unconfirmed.detect(evidence, unconfirmed.defaults, cleanNow),
        ];
        expect(found).toContain(null);
        const plain = impossible.detect(
          { ...evidence, reputation: observed([]) },
          impossible.defaults,
          cleanNow,
        );
        // An exit changes the name of the journey, never whether there was one.
        expect(found.some((finding) => finding !== null)).toBe(plain !== null);
        if (listed.includes('tor')) expect(found[1]).toBeNull();
      }),
      propertyOptions(500),
    );
  });
});
