import { readFileSync } from 'node:fs';
import type { AttackerName } from '../login.js';
import type { Point } from './series-look.js';

export const truePositiveRates = ['0.995', '0.99', '0.98'] as const;
export type TruePositiveRate = (typeof truePositiveRates)[number];

export type PublishedAttacker = Extract<AttackerName, 'naive' | 'vpn' | 'targeted'>;
export const publishedAttackers: readonly PublishedAttacker[] = ['naive', 'vpn', 'targeted'];

type Curve = Readonly<Record<string, number>>;

export interface PublishedCurves {
  readonly cite: string;
  readonly url: string;
  readonly reauthentications: Readonly<
    Record<PublishedAttacker, Readonly<Record<TruePositiveRate, Curve>>>
  >;
  /** Keys as in `EvaluationResults.population.statistics`. */
  readonly logins_per_user: Readonly<Record<string, number>>;
}

/** From here it is as far to the package whether this is source or built. */
const file = new URL('../../data/published-curves.json', import.meta.url);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCurve = (value: unknown): value is Curve =>
  isRecord(value) && Object.values(value).every((each) => typeof each === 'number');

const isPublished = (value: unknown): value is PublishedCurves => {
  if (!isRecord(value) || typeof value['cite'] !== 'string') return false;
  const { url, reauthentications: all, logins_per_user: logins } = value;
  if (typeof url !== 'string' || !isRecord(all) || !isCurve(logins)) return false;
  return publishedAttackers.every((attacker) => {
    const rates = all[attacker];
    return isRecord(rates) && truePositiveRates.every((rate) => isCurve(rates[rate]));
  });
};

export const readPublishedCurves = (): PublishedCurves => {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isPublished(value)) throw new Error(`${file.pathname} does not hold the published curves`);
  return value;
};

/** By history size. */
export const pointsOf = (curve: Curve): Point[] =>
  Object.entries(curve)
    .map(([size, times]): Point => [Number(size), times])
    .sort(([a], [b]) => a - b);
