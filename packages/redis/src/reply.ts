import { StateUnavailableError } from '@stepgate/assessment';

/**
 * Replies of our own scripts. Another shape is a foreign server or a bug of ours: either way the state
 * cannot be read, and the answer is as when Redis is gone.
 */
const unexpected = (wanted: string): Error =>
  new StateUnavailableError(`state store: a script answered no ${wanted}`);

export const listIn = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw unexpected('list');
  const list: readonly unknown[] = value;
  return list;
};

export const textIn = (value: unknown): string => {
  if (typeof value !== 'string') throw unexpected('text');
  return value;
};

export const textOrNullIn = (value: unknown): string | null =>
  value === null || value === undefined ? null : textIn(value);

export const numberIn = (value: unknown): number => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) throw unexpected('number');
  return number;
};

export const numberOrNullIn = (value: unknown): number | null =>
  value === null || value === undefined ? null : numberIn(value);

export const numbersIn = (text: string): readonly number[] => text.split(',').map(numberIn);
