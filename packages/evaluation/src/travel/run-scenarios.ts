import {
  absent,
  defaultDetectorSettings,
  isTrustedPlace,
  observed,
  runDetectors,
  type DetectorSettings,
  type Evidence,
  type Instant,
  type LearnedPlace,
  type Place,
  type SubjectHistory,
} from '@stepgate/engine';
import type { ProvenLogin, Spot, TravelScenario } from './scenario.js';
import { travelScenarios } from './scenarios.js';

const now: Instant = Date.UTC(2026, 2, 3, 10);
const usualRadiusKm = 20;
/** As the store keeps them. */
const placesKept = 3;

const placeOf = ({ city, radiusKm = usualRadiusKm }: Spot): Place => ({
  country: city.country,
  region: null,
  city: null,
  timezone: null,
  point:
    radiusKm === null
      ? null
      : { latitude: city.latitude, longitude: city.longitude, precisionKm: radiusKm },
});

const isSamePlace = (one: ProvenLogin, other: ProvenLogin): boolean =>
  one.city === other.city || (one.address !== undefined && one.address === other.address);

/** What the logins taught: trusted places alone, one for each point or source, latest first. */
const placesOf = ({ from, to }: TravelScenario): readonly LearnedPlace[] =>
  [...from]
    .sort((one, other) => one.minutesAgo - other.minutesAgo)
    .filter((login) => isTrustedPlace(placeOf(login), login.lists ?? []))
    .filter((login, index, all) => all.findIndex((later) => isSamePlace(login, later)) === index)
    .slice(0, placesKept)
    .flatMap((login) => {
      const { point } = placeOf(login);
      const sameSource = login.address !== undefined && login.address === to.address;
      return point === null ? [] : { ...point, at: now - login.minutesAgo * 60_000, sameSource };
    });

const historyOf = (scenario: TravelScenario): SubjectHistory => {
  const countries = new Set(scenario.from.map(({ city }) => city.country));
  return {
    logins: scenario.from.length,
    lastLoginAt: null,
    device: null,
    knownDevices: 0,
    countrySeen: countries.has(scenario.to.city.country),
    knownCountries: countries.size,
    asnSeen: false,
    knownAsns: 0,
    loginsByHour: [],
    places: placesOf(scenario),
  };
};

const evidenceOf = (scenario: TravelScenario): Evidence => ({
  attempt: {
    tenant: 'evaluation',
    subject: { type: 'user', id: 'owner', properties: {} },
    action: { name: 'login', properties: {} },
    resource: { type: 'application', id: 'payroll', properties: {} },
    context: {},
    groups: [],
    authenticators: null,
  },
  address: absent,
  network: absent,
  geo: observed(placeOf(scenario.to)),
  reputation: observed(scenario.to.lists ?? []),
  userAgent: absent,
  device: absent,
  history: observed(historyOf(scenario)),
  familiarity: absent,
  subjectFailures: absent,
  subjectSources: absent,
  source: absent,
  push: absent,
  limits: absent,
  lock: absent,
  credentialBreachedAt: absent,
  accountRiskAt: absent,
});

export interface TravelRun {
  readonly cases: number;
  /** Honest logins that were called impossible travel. */
  readonly falseAlarms: readonly string[];
  /** Thefts that were not; among them those behind an exit that are `unconfirmed`. */
  readonly misses: readonly string[];
  /** Whoever's: a journey to an exit, told at the lower price. */
  readonly unconfirmed: readonly string[];
}

export const labelOf = ({ group, name }: TravelScenario): string => `${group}: ${name}`;

/** Every labelled case through the real detectors, as a policy tunes them. */
export const runTravelScenarios = (
  settings: DetectorSettings = defaultDetectorSettings,
): TravelRun => {
  const run = travelScenarios.map((scenario) => ({
    label: labelOf(scenario),
    theft: scenario.theft,
    reasons: runDetectors(evidenceOf(scenario), settings, now).map(({ reason }) => reason),
  }));
  const labelsOf = (rows: typeof run): readonly string[] => rows.map(({ label }) => label);
  const isAlarm = ({ reasons }: (typeof run)[number]) => reasons.includes('travel_impossible');
  return {
    cases: run.length,
    falseAlarms: labelsOf(run.filter((row) => !row.theft && isAlarm(row))),
    misses: labelsOf(run.filter((row) => row.theft && !isAlarm(row))),
    unconfirmed: labelsOf(run.filter(({ reasons }) => reasons.includes('travel_unconfirmed'))),
  };
};
