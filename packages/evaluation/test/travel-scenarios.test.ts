import { defaultDetectorSettings, detectors } from '@stepgate/engine';
import { labelOf, runTravelScenarios } from '../src/travel/run-scenarios.js';
import { scenarioGroups } from '../src/travel/scenario.js';
import { travelScenarios } from '../src/travel/scenarios.js';

const run = runTravelScenarios();
const acceptedOf = (theft: boolean): readonly string[] =>
  travelScenarios
    .filter((scenario) => scenario.theft === theft && scenario.accepted !== undefined)
    .map(labelOf);
const why = new Map(travelScenarios.map((scenario) => [labelOf(scenario), scenario.accepted]));
const listed = (labels: readonly string[]): string =>
  labels.map((label) => `\n  ${label} (${why.get(label) ?? 'NOT ACCEPTED'})`).join('');

describe('the labelled travel scenarios', () => {
  beforeAll(() => {
    const honest = travelScenarios.filter(({ theft }) => !theft).length;
    process.stdout.write(
      `travel: ${String(run.cases)} cases, ${String(honest)} honest, ${String(run.cases - honest)} thefts\n` +
        `false alarms: ${String(run.falseAlarms.length)}${listed(run.falseAlarms)}\n` +
        `misses: ${String(run.misses.length)}${listed(run.misses)}\n`,
    );
  });

  it('are sixty or more, each group with three or more, no two alike', () => {
    expect(run.cases).toBeGreaterThanOrEqual(60);
    for (const group of scenarioGroups) {
      const inGroup = travelScenarios.filter((scenario) => scenario.group === group);
      expect([group, inGroup.length >= 3]).toEqual([group, true]);
    }
    expect(new Set(travelScenarios.map(labelOf)).size).toBe(run.cases);
  });

  it('raise no false alarm but those that are accepted, by name and reason', () => {
    expect(run.falseAlarms).toEqual(acceptedOf(false));
  });

  it('miss no theft but those that are accepted, by name and reason', () => {
    expect(run.misses).toEqual(acceptedOf(true));
  });

  it('tell of thefts behind a far exit at the lower price', () => {
    const behindExits = run.misses.filter((label) => run.unconfirmed.includes(label));
    expect(behindExits).toEqual([
      'carrier: carrier of the same country',
      'vpn: VPN exit far away',
      'relay: relay exit abroad',
      'in_flight: satellite exit abroad',
    ]);
  });

  it('cry wolf over no listed carrier, VPN, relay or aeroplane that was seen before', () => {
    const exits = travelScenarios.filter(
      ({ to, theft }) =>
        !theft && (to.lists ?? []).some((list) => list !== 'hosting' && list !== 'tor'),
    );
    const alarms = exits.map(labelOf).filter((label) => run.falseAlarms.includes(label));
    expect(exits.length).toBeGreaterThanOrEqual(20);
    expect(alarms).toEqual(['carrier: SIM of a country never seen']);
  });

  it('follow the settings of a policy', () => {
    const tuned = (settings: Partial<typeof detectors.travel_impossible.defaults>) =>
      runTravelScenarios({
        ...defaultDetectorSettings,
        travel_impossible: { ...detectors.travel_impossible.defaults, ...settings },
      });
    const nearerTown = 'jitter: next town within the minute';
    expect(tuned({ minDistanceKm: 0 }).falseAlarms).toContain(nearerTown);
    expect(tuned({ maxSpeedKmh: 250 }).falseAlarms).toContain('journey: London to New York');
    expect(tuned({ placesWithinMs: 60_000 }).falseAlarms).toContain(
      'two_places: remote desktop overseas',
    );
    expect(tuned({ maxElapsedMs: 60_000 }).misses).toContain('theft: Lagos after New York');
    const off = runTravelScenarios({ ...defaultDetectorSettings, travel_impossible: null });
    expect(off.falseAlarms).toEqual([]);
    expect(off.misses).toHaveLength(travelScenarios.filter(({ theft }) => theft).length);
  });
});
