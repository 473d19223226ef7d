export interface JsonBounds {
  readonly maxDepth: number;
  readonly maxKeys: number;
}

const hasForbiddenKey = (keys: readonly string[]): boolean => keys.includes('__proto__');

/**
 * Depth and key count of a parsed body. A 49,000-deep array parses in no time and then reaches
 * code that recurses; `__proto__` becomes pollution with the first careless merge.
 *
 * @returns what is wrong, or null.
 */
export const boundsProblem = (body: unknown, { maxDepth, maxKeys }: JsonBounds): string | null => {
  const stack: { value: unknown; depth: number }[] = [{ value: body, depth: 1 }];
  let keys = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth) return `nested deeper than ${String(maxDepth)} levels`;
    if (!Array.isArray(value)) {
      const names = Object.keys(value);
      keys += names.length;
      if (hasForbiddenKey(names)) return 'has a field named __proto__';
    }
    if (keys > maxKeys) return `has more than ${String(maxKeys)} fields`;
    for (const child of Object.values(value)) stack.push({ value: child, depth: depth + 1 });
  }
  return null;
};
