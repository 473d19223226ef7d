import type { Pseudonyms } from './pseudonyms.js';

/** What a proven login teaches. Pseudonyms only. */
export interface LearnedLogin {
  readonly device: string | null;
  /** What the device looks like, see Pseudonyms; null: nobody said. */
  readonly fingerprint: string | null;
  /** As the store names them, see Pseudonyms. */
  readonly traits: string;
  readonly source: string | null;
  /** Null: not precise or not trusted enough to measure travel from. */
  readonly place: {
    readonly latitude: number;
    readonly longitude: number;
    readonly precisionKm: number;
  } | null;
  /** Passed a phishing-resistant step-up: the device becomes trusted. */
  readonly phishingResistant: boolean;
  /** The names above under the secret before this one, see Pseudonyms. */
  readonly earlier?: Pseudonyms['earlier'];
}
