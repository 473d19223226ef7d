/** Where the values beyond a label's cap are counted. */
const otherLabel = 'other';

/**
 * Keeps a label whose values come from configuration (policies, limits, lists) within `max` values:
 * series never expire in the client, so an unbounded label would grow memory for ever.
 */
export const createLabelCap = (max: number): ((value: string) => string) => {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= max) return otherLabel;
    seen.add(value);
    return value;
  };
};
