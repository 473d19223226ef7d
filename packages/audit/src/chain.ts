import { chainFileName, newInstance, type Predecessor } from './audit-files.js';
import {
  hashLine,
  nowhere,
  signLine,
  spellLine,
  type AuditData,
  type AuditKind,
  type Position,
} from './line.js';
import type { SigningKey } from './signing-key.js';

export interface ChainOptions {
  readonly key: SigningKey;
  /** Of the program that writes. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface Chain {
  readonly file: string;
  /** Of the last line. */
  position(): Position;
  /** Lines that no signature covers yet. */
  unsigned(): number;
  /** Bytes of all lines so far. */
  bytes(): number;
  /** The next line, with its line feed. */
  next(kind: AuditKind, data: AuditData): string;
  /** The next line with a signature that covers all before it. */
  nextSigned(kind: 'checkpoint' | 'closed', data?: AuditData): string;
}

/** RFC 3339. Lines of one millisecond share the text. */
const createTimestamp = (clock: () => number): (() => string) => {
  let writtenAt = NaN;
  let text = '';
  return () => {
    const now = clock();
    if (now !== writtenAt) {
      writtenAt = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
};

/** A chain in memory: who calls it has to write each line down, in order. */
const createChain = ({ key, clock }: ChainOptions, instance: string): Chain => {
  const timestamp = createTimestamp(clock);
  let last = nowhere;
  let unsigned = 0;
  let bytes = 0;
  const take = (line: string): string => {
    last = { seq: last.seq + 1, hash: hashLine(line) };
    bytes += line.length + 1;
    return `${line}\n`;
  };
  return {
    file: chainFileName(clock(), instance),
    position: () => last,
    unsigned: () => unsigned,
    bytes: () => bytes,
    next: (kind, data) => {
      unsigned += 1;
      return take(spellLine(last, { at: timestamp(), kind, data }));
    },
    nextSigned: (kind, data = {}) => {
      unsigned = 0;
      return take(signLine(spellLine(last, { at: timestamp(), kind, data }), key));
    },
  };
};

export const beginChain = (
  options: ChainOptions,
  predecessor: Predecessor | null,
): { readonly chain: Chain; readonly lines: readonly string[] } => {
  // Every chain has a name of its own, also when two begin in one millisecond.
  const instance = newInstance();
  const chain = createChain(options, instance);
  const opened = chain.next('opened', {
    version: options.version,
    instance,
    key: options.key.keyId,
    after: predecessor?.file ?? null,
    after_seq: predecessor?.seq ?? null,
    after_hash: predecessor?.hash ?? null,
  });
  // Signed at once: from its first moment on, a head stands beside the chain that a cut must explain.
  return { chain, lines: [opened, chain.nextSigned('checkpoint')] };
};
