export interface JsonBounds {
  readonly maxDepth: number;
  readonly maxKeys: number;
  /** As many as the text had, see memberCount: a parsed body with fewer had a field twice. */
  readonly members?: number;
}

const hasForbiddenKey = (keys: readonly string[]): boolean => keys.includes('__proto__');

/**
 * Depth and key count of a parsed body. A 49,000-deep array parses in no time and then reaches
 * code that recurses; `__proto__` becomes pollution with the first careless merge.
 *
 * @returns what is wrong, or null.
 */
export const boundsProblem = (
  body: unknown,
  { maxDepth, maxKeys, members }: JsonBounds,
): string | null => {
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
  return members === undefined || keys === members ? null : 'ambiguous: it has a field twice';
};

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** Where the string that begins behind a quote ends. */
const closingQuote = (json: string, from: number): number => {
  for (let at = json.indexOf('"', from); at >= 0; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json.charCodeAt(at - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
};

/**
 * How many members the objects of a valid JSON text have: each has one colon outside of strings.
 * `JSON.parse` keeps the last of two members of one name; another parser on the way, a filter or a
 * log, keeps the first, and both believe to have seen what was asked.
 */
export const memberCount = (json: string): number => {
  let members = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) at = closingQuote(json, at + 1);
    else if (code === colon) members += 1;
  }
  return members;
};
