import { types } from 'node:util';

/** What a source of data says of itself, for readiness and for `intel_data_age_seconds{source}`. */
export interface IntelStatus {
  readonly source: 'geo' | 'asn' | 'reputation';
  /** When the data were made; null when they do not say, or there are none. */
  readonly dataDate: Date | null;
  /** Why nothing, or not everything, can be told; null when all is well. */
  readonly problem: string | null;
}

export const causeOf = (error: unknown): string =>
  types.isNativeError(error) ? error.message : String(error);
