import type { ReputationCategory } from '@stepgate/engine';
import type { City } from './cities.js';

export const scenarioGroups = [
  'carrier',
  'vpn',
  'tor',
  'relay',
  'in_flight',
  'jitter',
  'border',
  'journey',
  'antimeridian',
  'pole',
  'clock_skew',
  'two_places',
  'unknown',
  'theft',
] as const;
export type ScenarioGroup = (typeof scenarioGroups)[number];

export interface Spot {
  readonly city: City;
  /** Null: the data know the country only. Default 20 km. */
  readonly radiusKm?: number | null;
  readonly lists?: readonly ReputationCategory[];
  /** Spots of one address; without it, each spot has an address of its own. */
  readonly address?: string;
}

export interface ProvenLogin extends Spot {
  /** Negative: the clock of whoever reported it runs ahead. */
  readonly minutesAgo: number;
}

/** Logins that were proven, earliest first; then an attempt, the owner's or a thief's. */
export interface TravelScenario {
  readonly name: string;
  readonly group: ScenarioGroup;
  readonly from: readonly ProvenLogin[];
  readonly to: Spot;
  readonly theft: boolean;
  /** Why a wrong verdict here is put up with. Without it, a wrong verdict fails the tests. */
  readonly accepted?: string;
}

/** A proven login so many minutes ago. */
export const ago = (minutesAgo: number, city: City, more: Partial<Spot> = {}): ProvenLogin => ({
  city,
  minutesAgo,
  ...more,
});

const behind =
  (list: ReputationCategory) =>
  (city: City): Spot => ({ city, lists: [list] });

export const phone = behind('mobile');
export const vpn = behind('vpn');
export const relay = behind('relay');
export const satellite = behind('satellite');
export const tor = behind('tor');
export const dataCentre = behind('hosting');

/** `[name, from, to, why it is accepted]` */
export type Row = readonly [string, readonly ProvenLogin[], Spot, string?];

const scenariosOf =
  (theft: boolean) =>
  (group: ScenarioGroup, rows: readonly Row[]): readonly TravelScenario[] =>
    rows.map(([name, from, to, accepted]) => ({
      name,
      group,
      from,
      to,
      theft,
      ...(accepted === undefined ? {} : { accepted }),
    }));

export const honest = scenariosOf(false);
export const theft = scenariosOf(true);
