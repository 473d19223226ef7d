/** Keyed pseudonyms: what records and profiles hold in place of what was sent. */
export interface Pseudonyms {
  readonly subject: string;
  readonly source: string | null;
  readonly device: string | null;
}
