import type { Node, Pair, YAMLMap } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { Path } from '../problem.js';
import { quoted } from '../suggest.js';
import { bounds } from './bounds.js';

/** Source offsets of a value and of the key that holds it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly keyStart: number;
}

interface Fault {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

export interface Walked {
  readonly value: unknown;
  readonly spans: ReadonlyMap<string, Span>;
  readonly problems: readonly Fault[];
}

interface Walk {
  readonly spans: Map<string, Span>;
  readonly problems: Fault[];
}

interface Place {
  readonly path: Path;
  readonly keyStart: number;
}

interface MapPlace extends Place {
  readonly seen: Set<string>;
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

const offsetOf = (node: unknown): number => {
  if (isMap(node) || isSeq(node) || isScalar(node)) return node.range?.[0] ?? 0;
  return 0;
};

const keyFault = (key: unknown, seen: ReadonlySet<string>): string | null => {
  if (!isScalar(key) || typeof key.value !== 'string') return 'keys must be plain words';
  if (key.value === '<<') return 'merge keys (<<) are not allowed; write the keys out';
  if (forbiddenKeys.has(key.value)) return `the key ${quoted(key.value)} is not allowed; rename it`;
  if (seen.has(key.value)) return `the key ${quoted(key.value)} stands here twice; delete one`;
  return null;
};

const pairOf = (walked: Walk, pair: Pair, place: MapPlace): [string, unknown][] => {
  const { key } = pair;
  const { seen } = place;
  const fault = keyFault(key, seen);
  if (fault !== null || !isScalar(key)) {
    const offset = offsetOf(key);
    const message = fault ?? 'keys must be plain words';
    walked.problems.push({ offset, path: place.path, message });
    return [];
  }
  const name = String(key.value);
  seen.add(name);
  const path = [...place.path, name];
  return [[name, valueOf(walked, pair.value, { path, keyStart: offsetOf(key) })]];
};

const mapOf = (walked: Walk, map: YAMLMap, place: Place): unknown => {
  const seen = new Set<string>();
  return Object.fromEntries(map.items.flatMap((pair) => pairOf(walked, pair, { ...place, seen })));
};

const valueOf = (walked: Walk, node: unknown, place: Place): unknown => {
  const { path, keyStart } = place;
  const start = offsetOf(node);
  if (path.length > bounds.depth) {
    const message = `nested deeper than ${String(bounds.depth)} levels; flatten it`;
    walked.problems.push({ offset: start, path: path.slice(0, 3), message });
    return null;
  }
  if (isMap(node) || isSeq(node) || isScalar(node)) {
    const end = node.range?.[1] ?? start;
    walked.spans.set(JSON.stringify(path), { start, end, keyStart });
  }
  if (isMap(node)) return mapOf(walked, node, place);
  if (isSeq(node)) {
    return node.items.map((item, index) =>
      valueOf(walked, item, { path: [...path, index], keyStart: offsetOf(item) }),
    );
  }
  return isScalar(node) ? node.value : null;
};

/** The parsed nodes as plain values; what must not stand in a file is a fault. */
export const walk = (root: Node | null): Walked => {
  const walked: Walk = { spans: new Map(), problems: [] };
  const value = valueOf(walked, root, { path: [], keyStart: offsetOf(root) });
  return { value, spans: walked.spans, problems: walked.problems };
};
