import type { DecisionRecord } from '@stepgate/assessment';
import { hashOfPseudonym } from './identifiers.js';

/**
 * A record at rest is a head of fixed width and the record as JSON. The head is what scripts need
 * without parsing: o (open) or c (used up), failed completions (1 digit), expiry (13), subject (22).
 */
const headLength = 37;

export const recordJson = (record: DecisionRecord): string => JSON.stringify(record);

export const newRecordText = (record: DecisionRecord): string => {
  const expiry = Math.floor(record.expiresAt).toString().padStart(13, '0');
  return `o0${expiry}${hashOfPseudonym(record.pseudonyms.subject)}${recordJson(record)}`;
};

export const recordIn = (text: string): DecisionRecord =>
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- only this adapter writes these keys; their version is in the key
  JSON.parse(text.slice(headLength));
