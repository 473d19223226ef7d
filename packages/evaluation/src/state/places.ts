import type { LearnedLogin } from '@stepgate/assessment';
import type { Instant, LearnedPlace } from '@stepgate/engine';

export interface KeptPlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly precisionKm: number;
  readonly at: Instant;
  /** '' when the login told none. */
  readonly source: string;
}

const placesKept = 3;

/** Four decimals are eleven metres: finer than any address. */
export const keptPlace = (
  { latitude, longitude, precisionKm }: NonNullable<LearnedLogin['place']>,
  at: Instant,
  source: string | null,
): KeptPlace => ({
  latitude: Number(latitude.toFixed(4)),
  longitude: Number(longitude.toFixed(4)),
  precisionKm: Math.ceil(precisionKm),
  at,
  source: source ?? '',
});

const isSame = (one: KeptPlace, other: KeptPlace): boolean =>
  (one.latitude === other.latitude && one.longitude === other.longitude) ||
  (one.source !== '' && one.source === other.source);

/** One place a source and a point. */
export const rememberPlace = (kept: KeptPlace[], place: KeptPlace): void => {
  const others = kept.filter((other) => !isSame(other, place));
  const later = kept.findLast((other) => isSame(other, place) && other.at > place.at);
  const places = [later ?? place, ...others].toSorted((one, other) => other.at - one.at);
  kept.splice(0, kept.length, ...places.slice(0, placesKept));
};

export const placesSeenFrom = (
  kept: readonly KeptPlace[],
  source: string | null,
): readonly LearnedPlace[] =>
  kept.map(({ latitude, longitude, precisionKm, at, source: from }) => ({
    latitude,
    longitude,
    precisionKm,
    at,
    sameSource: source !== null && source === from,
  }));
