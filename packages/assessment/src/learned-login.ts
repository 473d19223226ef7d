/** What a proven login teaches. Pseudonyms only. */
export interface LearnedLogin {
  readonly device: string | null;
  readonly country: string | null;
  readonly asn: number | null;
  readonly source: string | null;
  /** Null: not precise or not trusted enough to measure travel from. */
  readonly place: {
    readonly latitude: number;
    readonly longitude: number;
    readonly precisionKm: number;
  } | null;
  /** Passed a phishing-resistant step-up: the device becomes trusted. */
  readonly phishingResistant: boolean;
}
