import { hash } from 'node:crypto';
import type { CallersFile } from './callers-file.js';
import { grantOf, type Grant } from './grant.js';

const digestOfKey = (key: string): string => hash('sha256', key, 'hex');

/** Undefined: unknown key. Looked up by digest, so the time taken tells nothing about a key. */
export type FindKey = (key: string) => Grant | undefined;

export const createKeys = (entries: CallersFile['keys']): FindKey => {
  const grants = new Map(entries.map((entry) => [entry.sha256, grantOf(entry)]));
  return (key) => grants.get(digestOfKey(key));
};
