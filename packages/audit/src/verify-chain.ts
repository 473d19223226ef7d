import type { KeyObject } from 'node:crypto';
import {
  auditKinds,
  hashLine,
  isSignedBy,
  nowhere,
  spell,
  type AuditKind,
  type Position,
} from './line.js';

/** Where a log first is not what was written. */
export interface BadPlace {
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly why: string;
}

/** Public keys by their ids: the newest secret's and earlier ones'. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

interface Line extends Position {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly kind: AuditKind;
  readonly prev: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ChainState {
  readonly records: number;
  readonly byKind: Readonly<Partial<Record<AuditKind, number>>>;
  readonly last: Position;
  /** Lines after the last signature: nobody vouches for them yet. */
  readonly unsigned: number;
  readonly closed: boolean;
  /** Records that the writer itself says it lost. */
  readonly lost: number;
  readonly openedAt: string | null;
}

export interface ChainVerifier {
  /** @param bytes without the line feed. @returns false: bad, and nothing after it is looked at. */
  take(bytes: Buffer): boolean;
  /** @param rest bytes after the last line feed. */
  end(rest: Buffer): void;
  bad(): Omit<BadPlace, 'file'> | null;
  state(): ChainState;
  /** Whether the line at `seq`, one of `places`, has this hash. */
  confirmed(place: Position): boolean;
}

type Bad = Omit<BadPlace, 'file'>;

const kinds: ReadonlySet<unknown> = new Set(auditKinds);
const isKind = (value: unknown): value is AuditKind => kinds.has(value);

const signed: ReadonlySet<AuditKind> = new Set(['checkpoint', 'closed']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export const parseObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
};

/** A line, or what is wrong with it as such. */
const readLine = (bytes: Buffer, number: number): Line | string => {
  const text = bytes.toString('latin1');
  const fields = parseObject(text);
  if (fields === null) return 'it is no line of an audit log';
  if (spell(fields) !== text) return 'it is spelled in another way than the writer spells';
  const { seq, kind, prev } = fields;
  if (typeof seq !== 'number' || !isKind(kind) || typeof prev !== 'string') {
    return 'it lacks what every line has';
  }
  return { number, seq, kind, prev, text, fields, hash: hashLine(bytes) };
};

/** What is wrong with a line that follows another, but for the hash. */
const misplaced = (line: Line, previous: Position, ended: boolean): string | null => {
  if (ended) return 'it stands after the closing line';
  const due = previous.seq + 1;
  if (line.seq !== due) {
    return `it has seq ${String(line.seq)} where ${String(due)} is due: lines were dropped, inserted or moved`;
  }
  if ((due === 0) !== (line.kind === 'opened')) return 'only the first line opens a chain';
  return null;
};

interface Progress {
  readonly keys: PublicKeys;
  /** Hashes found at the places that others have told of. */
  readonly claimed: ReadonlyMap<number, Set<string>>;
  readonly byKind: Partial<Record<AuditKind, number>>;
  previous: Line | null;
  /** A line that does not fit the one before it. */
  doubted: Line | null;
  bad: Bad | null;
  key: KeyObject | undefined;
  unsigned: number;
  lost: number;
  openedAt: string | null;
}

const refuse = (progress: Progress, line: number, why: string): void => {
  progress.bad ??= { line, why };
};

const isIntact = ({ key }: Progress, line: Line): boolean =>
  key !== undefined && signed.has(line.kind) && isSignedBy(line.text, key);

/**
 * A hash that does not fit shows that one of two neighbours was changed; the line after them, or the
 * signature of the last one, tells which.
 */
const settleDoubt = (progress: Progress, doubted: Line, next: Line | null): void => {
  const { previous } = progress;
  const intact = next === null ? isIntact(progress, doubted) : next.prev === doubted.hash;
  if (previous !== null && intact) {
    const why = 'it was changed: the next line was chained to another one';
    refuse(progress, previous.number, why);
  } else refuse(progress, doubted.number, 'it is not chained to the line before it');
};

const begin = (progress: Progress, { number, fields }: Line): void => {
  const { key, at } = fields;
  progress.key = typeof key === 'string' ? progress.keys.get(key) : undefined;
  progress.openedAt = typeof at === 'string' ? at : null;
  if (progress.key !== undefined) return;
  refuse(progress, number, `the chain is signed by ${spell(key)}, which is no given key`);
};

const checkSignature = (progress: Progress, line: Line): void => {
  if (!signed.has(line.kind)) progress.unsigned += 1;
  else if (isIntact(progress, line)) progress.unsigned = 0;
  else {
    const before = String(progress.unsigned);
    const why = `it is not signed by the key: of it and the ${before} lines before it, some were forged`;
    refuse(progress, line.number, why);
  }
};

const follow = (progress: Progress, line: Line): void => {
  const { previous } = progress;
  const wrong = misplaced(line, previous ?? nowhere, previous?.kind === 'closed');
  if (wrong !== null) {
    refuse(progress, line.number, wrong);
    return;
  }
  if (line.prev !== (previous ?? nowhere).hash) {
    progress.doubted = line;
    return;
  }
  if (line.kind === 'opened') begin(progress, line);
  checkSignature(progress, line);
  if (progress.bad !== null) return;
  progress.byKind[line.kind] = (progress.byKind[line.kind] ?? 0) + 1;
  const { lost } = line.fields;
  if (line.kind === 'gap' && typeof lost === 'number') progress.lost += lost;
  progress.claimed.get(line.seq)?.add(line.hash);
  progress.previous = line;
};

const isGood = ({ bad }: Progress): boolean => bad === null;

const take = (progress: Progress, bytes: Buffer): boolean => {
  if (!isGood(progress)) return false;
  const { doubted, previous } = progress;
  const number = ((doubted ?? previous)?.number ?? 0) + 1;
  const line = readLine(bytes, number);
  if (doubted !== null) settleDoubt(progress, doubted, typeof line === 'string' ? null : line);
  else if (typeof line === 'string') refuse(progress, number, line);
  else follow(progress, line);
  return isGood(progress);
};

const end = (progress: Progress, rest: Buffer): void => {
  if (progress.bad !== null) return;
  const { doubted, previous } = progress;
  if (doubted !== null) settleDoubt(progress, doubted, null);
  else if (previous === null) refuse(progress, 1, 'the line that opens the chain is missing');
  else if (rest.length > 0 && previous.kind === 'closed') {
    refuse(progress, previous.number + 1, 'it stands after the closing line');
  }
};

const stateOf = (progress: Progress): ChainState => {
  const { previous, byKind, unsigned, lost, openedAt } = progress;
  return {
    records: (previous ?? nowhere).seq + 1,
    byKind,
    last: { seq: (previous ?? nowhere).seq, hash: (previous ?? nowhere).hash },
    unsigned,
    closed: previous?.kind === 'closed',
    lost,
    openedAt,
  };
};

/**
 * Looks at the lines of one chain in their order.
 *
 * @param places seqs that `confirmed` will be asked about.
 */
export const createChainVerifier = (
  keys: PublicKeys,
  places: readonly number[] = [],
): ChainVerifier => {
  const progress: Progress = {
    keys,
    claimed: new Map(places.map((seq) => [seq, new Set()])),
    byKind: {},
    previous: null,
    doubted: null,
    bad: null,
    key: undefined,
    unsigned: 0,
    lost: 0,
    openedAt: null,
  };
  return {
    take: (bytes) => take(progress, bytes),
    end: (rest) => {
      end(progress, rest);
    },
    bad: () => progress.bad,
    confirmed: ({ seq, hash }) => progress.claimed.get(seq)?.has(hash) ?? false,
    state: () => stateOf(progress),
  };
};
