import type { Facts } from '@stepgate/engine';

/**
 * A macro that compares each entry of one list with another list is quadratic, and both may come from
 * the request: sixteen kilobytes of ones would buy a second of this process.
 */
export const longestWalkedList = 256;

const isLong = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > longestWalkedList || value.some(isLong);
  if (typeof value !== 'object' || value === null) return false;
  const values = Object.values(value);
  return values.length > longestWalkedList || values.some(isLong);
};

/** Of what the caller sent; everything else is bounded by the engine. */
export const hasLongList = ({ subject, action, resource, context }: Facts): boolean =>
  [subject, action, resource, context].some(isLong);
