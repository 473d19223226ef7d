import { amsterdam, cleanEvidence, cleanHistory, cleanNow, sydney } from '@stepgate/testing';
import type { LearnedPlace, Place, ReputationCategory } from '../src/evidence.js';
import { absent, observed, unavailable } from '../src/signal.js';
import {
  distanceKm,
  exitsOf,
  isOnGlobe,
  isTrustedPlace,
  leastDistanceKm,
  travelSince,
} from '../src/travel.js';

const minuteMs = 60_000;
const at = (latitude: number, longitude: number, precisionKm = 0) => ({
  latitude,
  longitude,
  precisionKm,
});
const halfCircleKm = Math.PI * 6371;

describe('distanceKm', () => {
  it.each([
    ['Amsterdam to Sydney', at(52.374, 4.8897), at(-33.8688, 151.2093), 16_650, 15],
    ['London to New York', at(51.5074, -0.1278), at(40.7128, -74.006), 5570, 10],
    [
      'Tokyo to San Francisco, over the antimeridian',
      at(35.68, 139.69),
      at(37.77, -122.42),
      8270,
      15,
    ],
    ['Berlin to Potsdam', at(52.52, 13.405), at(52.39, 13.064), 27, 1],
    ['a step over the antimeridian', at(0, 179.9), at(0, -179.9), 22.2, 0.1],
    ['one degree of the equator', at(0, 0), at(0, 1), 111.2, 0.1],
    ['a point to itself', at(52.374, 4.8897), at(52.374, 4.8897), 0, 0],
    ['the poles to each other', at(90, 0), at(-90, 0), halfCircleKm, 1e-6],
    ['one pole under two longitudes', at(90, 10), at(90, -170), 0, 1e-6],
    ['antipodes on the equator', at(0, 0), at(0, 180), halfCircleKm, 1e-6],
    ['antipodes off the equator', at(37.3, 24.7), at(-37.3, -155.3), halfCircleKm, 0.01],
  ])('measures %s', (_route, ...[from, to, expectedKm, toleranceKm]) => {
    expect(Math.abs(distanceKm(from, to) - expectedKm)).toBeLessThanOrEqual(toleranceKm);
    expect(distanceKm(to, from)).toBeCloseTo(distanceKm(from, to), 6);
  });
});

describe('leastDistanceKm', () => {
  it('takes both radii off', () => {
    expect(leastDistanceKm(at(0, 0, 30), at(0, 1, 50))).toBeCloseTo(31.2, 1);
  });

  it('is zero where the circles meet', () => {
    expect(leastDistanceKm(at(0, 0, 60), at(0, 1, 60))).toBe(0);
  });
});

const placeAt = (latitude: number, longitude: number, precisionKm = 0): Place => ({
  ...amsterdam,
  point: at(latitude, longitude, precisionKm),
});

const learnt = (minutesAgo: number, overrides: Partial<LearnedPlace> = {}): LearnedPlace => ({
  ...at(52.374, 4.8897, 20),
  at: cleanNow - minutesAgo * minuteMs,
  sameSource: false,
  ...overrides,
});
const lastSeen = (minutesAgo: number, overrides: Partial<LearnedPlace> = {}) =>
  observed(cleanHistory({ places: [learnt(minutesAgo, overrides)] }));

describe('isOnGlobe', () => {
  it.each([
    ['an ordinary point', at(52.4, 4.9, 20), true],
    ['a pole', at(-90, 0), true],
    ['the antimeridian', at(0, -180), true],
    ['a latitude beyond the pole', at(90.1, 0), false],
    ['a longitude beyond the antimeridian', at(0, -180.1), false],
    ['a latitude that is no number', at(Number.NaN, 0), false],
    ['a longitude that is no number', at(0, Number.NaN), false],
    ['an infinite longitude', at(0, Number.POSITIVE_INFINITY), false],
    ['a negative radius', at(0, 0, -1), false],
    ['an infinite radius', at(0, 0, Number.POSITIVE_INFINITY), false],
    ['a radius that is no number', at(0, 0, Number.NaN), false],
  ])('judges %s', (_case, ...[point, valid]) => {
    expect(isOnGlobe(point)).toBe(valid);
  });
});

describe('travelSince', () => {
  it('measures distance, time and speed from the last trusted place', () => {
    const evidence = cleanEvidence({ history: lastSeen(30), geo: observed(sydney) });
    const travel = travelSince(evidence, cleanNow);
    expect(travel?.distanceKm).toBeCloseTo(16_603.5, 0);
    expect(travel?.elapsedMs).toBe(30 * minuteMs);
    expect(travel?.speedKmh).toBeCloseTo((travel?.distanceKm ?? 0) * 2, 6);
  });

  it.each([
    ['no time has passed', 0],
    ['the clock stepped back', -10],
    ['seconds have passed', 0.2],
    ['the place lies a day ahead', -24 * 60],
  ])('assumes what clocks may differ by when %s', (_case, minutesAgo) => {
    const evidence = cleanEvidence({ history: lastSeen(minutesAgo), geo: observed(sydney) });
    expect(travelSince(evidence, cleanNow)?.elapsedMs).toBe(minuteMs);
    expect(travelSince(evidence, cleanNow, 5 * minuteMs)?.elapsedMs).toBe(5 * minuteMs);
  });

  it.each([0, -1])('divides by a second at least, whatever the policy says (%d ms)', (skewMs) => {
    const evidence = cleanEvidence({ history: lastSeen(0), geo: observed(sydney) });
    const travel = travelSince(evidence, cleanNow, skewMs);
    expect(travel?.elapsedMs).toBe(1000);
    expect(Number.isFinite(travel?.speedKmh)).toBe(true);
  });

  it('measures from the latest of several places', () => {
    const places = [learnt(30), learnt(600, at(-33.9, 151.2))];
    const history = observed(cleanHistory({ places }));
    const evidence = cleanEvidence({ history, geo: observed(sydney) });
    expect(travelSince(evidence, cleanNow)?.elapsedMs).toBe(30 * minuteMs);
  });

  it('measures past a place that lies nowhere', () => {
    const places = [learnt(10, { latitude: 200 }), learnt(20, { at: Number.NaN }), learnt(30)];
    const history = observed(cleanHistory({ places }));
    const evidence = cleanEvidence({ history, geo: observed(sydney) });
    expect(travelSince(evidence, cleanNow)?.elapsedMs).toBe(30 * minuteMs);
  });

  it.each([
    [
      'the source is the same',
      { history: lastSeen(30, { sameSource: true }), geo: observed(sydney) },
    ],
    ['no place was trusted yet', { history: observed(cleanHistory({ places: [] })) }],
    ['the attempt lies nowhere', { history: lastSeen(30), geo: observed(placeAt(91, 0)) }],
    ['its radius is negative', { history: lastSeen(30), geo: observed(placeAt(0, 0, -5)) }],
    [
      'its longitude is no number',
      { history: lastSeen(30), geo: observed(placeAt(0, Number.NaN)) },
    ],
    [
      'the only place lies nowhere',
      { history: lastSeen(30, { longitude: 1e9 }), geo: observed(sydney) },
    ],
    [
      'only the country is known',
      { history: lastSeen(30), geo: observed({ ...sydney, point: null }) },
    ],
    ['there is no place', { history: lastSeen(30), geo: absent }],
    ['the place is unavailable', { history: lastSeen(30), geo: unavailable('no data') }],
    ['there is no history', { history: absent, geo: observed(sydney) }],
    ['the history is unavailable', { history: unavailable('timeout'), geo: observed(sydney) }],
  ])('is null when %s', (_case, overrides) => {
    expect(travelSince(cleanEvidence(overrides), cleanNow)).toBeNull();
  });
});

describe('isTrustedPlace', () => {
  it.each<[string, Place | null, readonly ReputationCategory[], boolean]>([
    ['a precise place on no list', amsterdam, [], true],
    ['an address on the abuse list', amsterdam, ['abuse'], true],
    ['a radius of exactly 200 km', placeAt(0, 0, 200), [], true],
    ['a radius beyond 200 km', placeAt(0, 0, 201), [], false],
    ['a country without a point', { ...amsterdam, point: null }, [], false],
    ['no place', null, [], false],
    ['a Tor exit', amsterdam, ['tor'], false],
    ['a VPN', amsterdam, ['vpn'], false],
    ['a relay', amsterdam, ['relay'], false],
    ['a carrier', amsterdam, ['mobile'], false],
    ['a satellite', amsterdam, ['satellite'], false],
    ['a latitude that no globe has', placeAt(95, 0), [], false],
    ['a longitude that is no number', placeAt(0, Number.NaN), [], false],
    ['a negative radius', placeAt(0, 0, -1), [], false],
    ['a radius that is no number', placeAt(0, 0, Number.NaN), [], false],
    ['a data centre, which hides nobody', amsterdam, ['hosting'], true],
  ])('judges %s', (_case, ...[place, categories, trusted]) => {
    expect(isTrustedPlace(place, categories)).toBe(trusted);
  });
});

describe('exitsOf', () => {
  const attempt = (categories: readonly ReputationCategory[], countrySeen = true) =>
    cleanEvidence({
      reputation: observed(categories),
      history: observed(cleanHistory({ countrySeen })),
    });

  it.each<[string, readonly ReputationCategory[], readonly ReputationCategory[]]>([
    ['nothing listed', [], []],
    ['a VPN in a data centre', ['vpn', 'hosting'], ['vpn']],
    ['a data centre', ['hosting', 'abuse'], []],
    ['a relay', ['relay'], ['relay']],
    ['a carrier and a satellite', ['mobile', 'satellite'], ['mobile', 'satellite']],
    ['Tor', ['tor'], []],
    ['Tor behind a VPN', ['tor', 'vpn'], []],
  ])('takes for an exit: %s', (_case, ...[categories, expected]) => {
    expect(exitsOf(attempt(categories))).toStrictEqual(expected);
  });

  it('believes no carrier of a country that the subject was never in', () => {
    expect(exitsOf(attempt(['mobile'], false))).toStrictEqual([]);
    expect(exitsOf(attempt(['mobile', 'relay'], false))).toStrictEqual(['relay']);
  });

  it('excuses nothing while lists or history cannot be read', () => {
    expect(exitsOf(cleanEvidence({ reputation: unavailable('no lists') }))).toStrictEqual([]);
    expect(exitsOf({ ...attempt(['mobile']), history: unavailable('timeout') })).toStrictEqual([]);
  });
});
