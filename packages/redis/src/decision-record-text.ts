import type { DecisionRecord } from '@stepgate/assessment';
import { hashOfPseudonym } from './identifiers.js';

/**
 * A record at rest is a head of fixed width and the record as JSON. The head is what scripts need
 * without parsing: o (open) or c (used up), failed completions (1 digit), expiry (13), subject (22).
 */
const headLength = 37;

type Verdict = DecisionRecord['verdicts'][number];
type StoredVerdict = readonly [Verdict['kind'], string, 0 | 1, string?];

/** Every record holds a dozen verdicts: their field names would be a fifth of it. */
const storedVerdict = ({ kind, name, met, cause }: Verdict): StoredVerdict =>
  cause === undefined ? [kind, name, met ? 1 : 0] : [kind, name, met ? 1 : 0, cause];

const verdictIn = ([kind, name, met, cause]: StoredVerdict): Verdict => ({
  kind,
  name,
  met: met === 1,
  ...(cause === undefined ? {} : { cause }),
});

interface StoredRecord extends Omit<DecisionRecord, 'verdicts'> {
  readonly verdicts: readonly StoredVerdict[];
}

export const recordJson = (record: DecisionRecord): string => {
  const stored: StoredRecord = { ...record, verdicts: record.verdicts.map(storedVerdict) };
  return JSON.stringify(stored);
};

export const newRecordText = (record: DecisionRecord): string => {
  const expiry = Math.floor(record.expiresAt).toString().padStart(13, '0');
  return `o0${expiry}${hashOfPseudonym(record.pseudonyms.subject)}${recordJson(record)}`;
};

export const recordIn = (text: string): DecisionRecord => {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- only this adapter writes these keys; their version is in the key
  const stored: StoredRecord = JSON.parse(text.slice(headLength));
  return { ...stored, verdicts: stored.verdicts.map(verdictIn) };
};
