import { amsterdam, cleanHistory, cleanNow, dayMs, sydney } from '@stepgate/testing';
import { detectors } from '../src/detectors/index.js';
import type { LearnedPlace, Place, ReputationCategory } from '../src/evidence.js';
import type { Finding } from '../src/findings.js';
import { observed, unavailable } from '../src/signal.js';
import { describeDetector, type DetectorCase } from './detector-table.js';

const minuteMs = 60_000;
const usual = detectors.travel_impossible.defaults;
const exits: readonly (readonly [ReputationCategory])[] = [
  ['vpn'],
  ['relay'],
  ['mobile'],
  ['satellite'],
];
const at = (latitude: number, longitude: number, precisionKm = 0) => ({
  latitude,
  longitude,
  precisionKm,
});
const learnt = (minutesAgo: number, overrides: Partial<LearnedPlace> = {}): LearnedPlace => ({
  ...at(52.374, 4.8897, 20),
  at: cleanNow - minutesAgo * minuteMs,
  sameSource: false,
  ...overrides,
});
const lately = (minutesAgo: number) => observed(cleanHistory({ places: [learnt(minutesAgo)] }));
const fromOrigin = (minutesAgo: number) =>
  observed(cleanHistory({ places: [learnt(minutesAgo, at(0, 0))] }));
const placeAt = (latitude: number, longitude: number, precisionKm = 0): Place => ({
  ...amsterdam,
  point: at(latitude, longitude, precisionKm),
});
/** Degrees of longitude on the equator that make this many kilometres. */
const degreesOf = (km: number): number => km / ((Math.PI * 6371) / 180);

/** At 0 degrees an hour ago, and 5000 km to the east so long ago. */
const inTurn = (agoMs: number, other: Partial<LearnedPlace> = {}) =>
  observed(
    cleanHistory({
      places: [
        learnt(60, at(0, 0)),
        learnt(0, { ...at(0, degreesOf(5000)), at: cleanNow - agoMs, ...other }),
      ],
    }),
  );
const fiveThousandKm: Finding = {
  reason: 'travel_impossible',
  points: 40,
  detail: { distance_km: 5040, elapsed_minutes: 60, speed_kmh: 5040 },
};
const overSydney = { history: lately(30), geo: observed(sydney) };
const amsterdamToSydney = { distance_km: 16_603, elapsed_minutes: 30, speed_kmh: 33_207 };

describeDetector('travel_impossible', [
  {
    when: 'speaks on Sydney half an hour after Amsterdam',
    evidence: { history: lately(30), geo: observed(sydney) },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 16_603, elapsed_minutes: 30, speed_kmh: 33_207 },
    },
  },
  {
    when: 'speaks when the last login lies in the future',
    evidence: { history: lately(-5), geo: observed(sydney) },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 16_603, elapsed_minutes: 1, speed_kmh: 996_210 },
    },
  },
  {
    when: 'is silent on the same journey by air',
    evidence: { history: lately(21 * 60), geo: observed(sydney) },
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
    evidence: { history: lately(24 * 60), geo: observed(sydney) },
    settings: {
      travel_impossible: { ...usual, maxSpeedKmh: 500 },
    },
    finding: {
      reason: 'travel_impossible',
      points: 40,
      detail: { distance_km: 16_603, elapsed_minutes: 1440, speed_kmh: 692 },
    },
  },
  {
    when: 'is silent once the last place is older than that',
    evidence: { history: lately(24 * 60 + 1), geo: observed(sydney) },
    settings: {
      travel_impossible: { ...usual, maxSpeedKmh: 500 },
    },
    finding: null,
  },
  {
    when: 'asks for the speed that the policy says',
    evidence: { history: fromOrigin(60), geo: observed(placeAt(0, degreesOf(899))) },
    settings: { travel_impossible: { ...usual, points: 25, maxSpeedKmh: 300 } },
    finding: {
      reason: 'travel_impossible',
      points: 25,
      detail: { distance_km: 899, elapsed_minutes: 60, speed_kmh: 899 },
    },
  },
  {
    when: 'asks for the distance that the policy says',
    evidence: { history: fromOrigin(1), geo: observed(placeAt(0, degreesOf(499))) },
    settings: { travel_impossible: { ...usual, minDistanceKm: 500 } },
    finding: null,
  },
  {
    when: 'allows for the clocks that the policy says',
    evidence: { history: fromOrigin(0), geo: observed(placeAt(0, degreesOf(140))) },
    settings: { travel_impossible: { ...usual, clockSkewMs: 10 * minuteMs } },
    finding: null,
  },
  {
    when: 'is silent at another place of late',
    evidence: { history: inTurn(10 * dayMs), geo: observed(placeAt(0, degreesOf(5040))) },
    finding: null,
  },
  {
    when: 'is silent at the source address of another place of late',
    evidence: { history: inTurn(10 * dayMs, { sameSource: true }), geo: observed(sydney) },
    finding: null,
  },
  {
    when: 'speaks beside another place that was not used for long',
    evidence: { history: inTurn(15 * dayMs), geo: observed(placeAt(0, degreesOf(5040))) },
    finding: fiveThousandKm,
  },
  {
    when: 'speaks beside another place once the policy trusts it no longer',
    evidence: { history: inTurn(10 * dayMs), geo: observed(placeAt(0, degreesOf(5040))) },
    settings: { travel_impossible: { ...usual, placesWithinMs: dayMs } },
    finding: fiveThousandKm,
  },
  {
    when: 'speaks farther from every place than a short hop',
    evidence: {
      history: inTurn(dayMs, at(0, degreesOf(4900))),
      geo: observed(placeAt(0, degreesOf(5040))),
    },
    finding: fiveThousandKm,
  },
  {
    when: 'speaks over Tor, which explains nothing',
    evidence: { ...overSydney, reputation: observed(['tor', 'vpn', 'hosting']) },
    finding: { reason: 'travel_impossible', points: 40, detail: amsterdamToSydney },
  },
  {
    when: 'speaks from a data centre',
    evidence: { ...overSydney, reputation: observed(['hosting', 'abuse']) },
    finding: { reason: 'travel_impossible', points: 40, detail: amsterdamToSydney },
  },
  {
    when: 'speaks when the lists cannot be read',
    evidence: { ...overSydney, reputation: unavailable('no lists') },
    finding: { reason: 'travel_impossible', points: 40, detail: amsterdamToSydney },
  },
  ...exits.map(([category]) => ({
    when: `leaves a ${category} exit to travel_unconfirmed`,
    evidence: { ...overSydney, reputation: observed([category]) },
    finding: null,
  })),
  {
    when: 'speaks on a carrier of a country that was never seen',
    evidence: {
      history: observed(cleanHistory({ places: [learnt(30)], countrySeen: false })),
      geo: observed(sydney),
      reputation: observed(['mobile']),
    },
    finding: { reason: 'travel_impossible', points: 40, detail: amsterdamToSydney },
  },
]);

describeDetector('travel_unconfirmed', [
  ...exits.map(([category]): DetectorCase => ({
    when: `speaks on a ${category} exit in Sydney half an hour after Amsterdam`,
    evidence: { ...overSydney, reputation: observed([category]) },
    finding: {
      reason: 'travel_unconfirmed',
      points: 10,
      detail: { ...amsterdamToSydney, exits: [category] },
    },
  })),
  {
    when: 'has a speed of its own',
    evidence: { ...overSydney, reputation: observed(['vpn']) },
    settings: { travel_unconfirmed: { ...usual, maxSpeedKmh: 40_000 } },
    finding: null,
  },
  { when: 'is silent where no exit is', evidence: overSydney, finding: null },
  {
    when: 'is silent on an exit next door',
    evidence: { history: lately(30), reputation: observed(['relay']) },
    finding: null,
  },
]);
