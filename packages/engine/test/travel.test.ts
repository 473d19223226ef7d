import { amsterdam, cleanEvidence, cleanHistory, cleanNow, sydney } from '@stepgate/testing';
import type { Place, ReputationCategory, SubjectHistory } from '../src/evidence.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { distanceKm, isTrustedPlace, leastDistanceKm, travelSince } from '../src/travel.js';
import { describeDetector } from './detector-table.js';

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

const lastSeen = (
  minutesAgo: number,
  overrides: Partial<NonNullable<SubjectHistory['lastPlace']>> = {},
) =>
  observed(
    cleanHistory({
      lastPlace: {
        ...at(52.374, 4.8897, 20),
        at: cleanNow - minutesAgo * minuteMs,
        sameSource: false,
        ...overrides,
      },
    }),
  );

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
  ])('assumes a second when %s', (_case, minutesAgo) => {
    const evidence = cleanEvidence({ history: lastSeen(minutesAgo), geo: observed(sydney) });
    const travel = travelSince(evidence, cleanNow);
    expect(travel?.elapsedMs).toBe(1000);
    expect(Number.isFinite(travel?.speedKmh)).toBe(true);
  });

  it.each([
    [
      'the source is the same',
      { history: lastSeen(30, { sameSource: true }), geo: observed(sydney) },
    ],
    ['no place was trusted yet', { history: observed(cleanHistory({ lastPlace: null })) }],
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

const placeAt = (latitude: number, longitude: number, precisionKm = 0): Place => ({
  ...amsterdam,
  point: at(latitude, longitude, precisionKm),
});
/** Degrees of longitude on the equator that make this many kilometres. */
const degreesOf = (km: number): number => (km / halfCircleKm) * 180;
const fromOrigin = (minutesAgo: number) => lastSeen(minutesAgo, at(0, 0));

describeDetector('travel_impossible', [
  {
    when: 'speaks on Sydney half an hour after Amsterdam',
    evidence: { history: lastSeen(30), geo: observed(sydney) },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 16_603, elapsed_minutes: 30, speed_kmh: 33_207 },
    },
  },
  {
    when: 'speaks when the last login lies in the future',
    evidence: { history: lastSeen(-5), geo: observed(sydney) },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 16_603, elapsed_minutes: 0, speed_kmh: 59_772_584 },
    },
  },
  {
    when: 'is silent on the same journey by air',
    evidence: { history: lastSeen(21 * 60), geo: observed(sydney) },
    finding: null,
  },
  {
    when: 'speaks just above the greatest speed',
    evidence: { history: fromOrigin(60), geo: observed(placeAt(0, degreesOf(901))) },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 901, elapsed_minutes: 60, speed_kmh: 901 },
    },
  },
  {
    when: 'is silent just below the greatest speed',
    evidence: { history: fromOrigin(60), geo: observed(placeAt(0, degreesOf(899))) },
    finding: null,
  },
  {
    when: 'is silent when the radii bring the speed down',
    evidence: { history: fromOrigin(60), geo: observed(placeAt(0, degreesOf(901), 50)) },
    finding: null,
  },
  {
    when: 'speaks just above the least distance',
    evidence: { history: fromOrigin(1), geo: observed(placeAt(0, degreesOf(101))) },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 101, elapsed_minutes: 1, speed_kmh: 6060 },
    },
  },
  {
    when: 'is silent on a short hop, which is jitter of the location data',
    evidence: { history: fromOrigin(1), geo: observed(placeAt(0, degreesOf(99))) },
    finding: null,
  },
  {
    when: 'compares up to exactly the greatest age',
    evidence: { history: lastSeen(24 * 60), geo: observed(sydney) },
    settings: {
      travel_impossible: {
        points: 40,
        maxSpeedKmh: 500,
        minDistanceKm: 100,
        maxElapsedMs: 86_400_000,
      },
    },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 16_603, elapsed_minutes: 1440, speed_kmh: 692 },
    },
  },
  {
    when: 'is silent once the last place is older than that',
    evidence: { history: lastSeen(24 * 60 + 1), geo: observed(sydney) },
    settings: {
      travel_impossible: {
        points: 40,
        maxSpeedKmh: 500,
        minDistanceKm: 100,
        maxElapsedMs: 86_400_000,
      },
    },
    finding: null,
  },
]);

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
    ['a data centre, which hides nobody', amsterdam, ['hosting'], true],
  ])('judges %s', (_case, ...[place, categories, trusted]) => {
    expect(isTrustedPlace(place, categories)).toBe(trusted);
  });
});
