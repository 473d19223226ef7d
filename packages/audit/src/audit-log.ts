import { findPredecessor, prepareDirectory, type Predecessor } from './audit-files.js';
import { beginChain, type Chain, type ChainOptions } from './chain.js';
import { createChainWriter, type ChainWriter } from './chain-writer.js';
import type { AuditData, AuditKind, Position } from './line.js';

export type AuditRecordKind = Extract<AuditKind, 'decision' | 'completion' | 'change'>;

export interface AuditLog {
  /** Costs a hash and no waiting. Never throws: what cannot be kept is counted and said in a `gap`. */
  append(kind: AuditRecordKind, data: AuditData): void;
  /** False: what is appended now may be lost. */
  writable(): boolean;
  /** Records that were lost, since the start. */
  lost(): number;
  /** The newest signed line, for keeping elsewhere: without it, a log can be cut back to an older head. */
  anchor(): { readonly file: string } & Position;
  /** The last line, signed, and all lines written, if that takes no longer than `limitMs`. */
  close(limitMs?: number): Promise<void>;
}

export interface AuditLogOptions extends ChainOptions {
  readonly directory: string;
  readonly onFailure?: (error: unknown) => void;
  /** A chain of this size is closed and another one begins. */
  readonly maxFileBytes?: number;
  /** What may wait for a disk that does not take it. */
  readonly maxWaitingBytes?: number;
}

const checkpointEvery = 1_000;
const checkpointMs = 1_000;
const closeLimitMs = 3_000;
const openLimitMs = 3_000;

interface Parts {
  readonly options: AuditLogOptions;
  readonly writer: ChainWriter;
}

/** The chain that is written now; takes the next one where one is full. */
const createRoll = ({ options, writer }: Parts, first: Predecessor | null) => {
  const { maxFileBytes = 268_435_456 } = options;
  const push = (chain: Chain, text: string, flags: { signed?: boolean; last?: boolean } = {}) => {
    const { signed = false, last = false } = flags;
    writer.push({ file: chain.file, text, signed, last });
  };
  const begin = (predecessor: Predecessor | null): Chain => {
    const { chain, lines } = beginChain(options, predecessor);
    lines.forEach((line, n) => {
      push(chain, line, { signed: n === lines.length - 1 });
    });
    return chain;
  };
  let chain = begin(first);
  let anchor = { file: chain.file, ...chain.position() };
  const sign = (kind: 'checkpoint' | 'closed', data?: AuditData): void => {
    push(chain, chain.nextSigned(kind, data), { signed: true, last: kind === 'closed' });
    anchor = { file: chain.file, ...chain.position() };
  };
  return {
    anchor: () => anchor,
    unsigned: () => chain.unsigned(),
    sign,
    add: (kind: AuditKind, data: AuditData): void => {
      push(chain, chain.next(kind, data));
      if (chain.bytes() >= maxFileBytes) {
        sign('closed', { cause: 'full' });
        chain = begin({ file: chain.file, ...chain.position() });
        anchor = { file: chain.file, ...chain.position() };
      } else if (chain.unsigned() >= checkpointEvery) sign('checkpoint');
    },
  };
};

/** @throws when its first lines cannot be written: who is told to keep a log must not start without. */
const awaitFirstLines = async (writer: ChainWriter, failure: () => unknown): Promise<void> => {
  if (await writer.drained(openLimitMs)) return;
  throw new Error('the audit log cannot be written', { cause: failure() });
};

/** What is lost while nothing can be kept, and what is said of it afterwards. */
const createKeeper = ({ options, writer }: Parts, roll: ReturnType<typeof createRoll>) => {
  const { maxWaitingBytes = 16_777_216 } = options;
  let lost = 0;
  let unsaid = 0;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  const checkpointSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      if (!closed && roll.unsigned() > 0) roll.sign('checkpoint');
    }, checkpointMs).unref();
  };
  const sayLost = (): void => {
    if (unsaid === 0 || closed) return;
    roll.add('gap', { lost: unsaid });
    unsaid = 0;
    checkpointSoon();
  };
  return {
    sayLost,
    lost: () => lost,
    isKeeping: () => unsaid === 0,
    append: (kind: AuditRecordKind, data: AuditData): void => {
      // Once something is lost, nothing is kept before the gap is: the order of what is told is true.
      if (closed || unsaid > 0 || writer.waiting() > maxWaitingBytes) {
        lost += 1;
        unsaid += 1;
        return;
      }
      roll.add(kind, data);
      checkpointSoon();
    },
    close: (): void => {
      if (closed) return;
      sayLost();
      closed = true;
      if (timer !== null) clearTimeout(timer);
      roll.sign('closed', { cause: 'stopped' });
    },
  };
};

/**
 * One chain per process: two writers never share a file. Lines are hashed where they are appended and
 * written in the background, all that came up in one turn together; each second with records, and
 * each thousand records, a signature covers all of them.
 *
 * @throws when the directory cannot be used.
 */
export const openAuditLog = async (options: AuditLogOptions): Promise<AuditLog> => {
  const { directory } = options;
  await prepareDirectory(directory);
  const predecessor = await findPredecessor(directory);
  const failure: { error: unknown } = { error: null };
  const writer = createChainWriter({
    directory,
    onFailure: (error) => {
      failure.error = error;
      options.onFailure?.(error);
    },
    onEmpty: () => {
      keeper.sayLost();
    },
  });
  const parts = { options, writer };
  const roll = createRoll(parts, predecessor);
  const keeper = createKeeper(parts, roll);
  await awaitFirstLines(writer, () => failure.error);
  return {
    append: keeper.append,
    writable: () => keeper.isKeeping() && !writer.failing(),
    lost: keeper.lost,
    anchor: roll.anchor,
    close: async (limitMs = closeLimitMs) => {
      keeper.close();
      await writer.drained(limitMs);
    },
  };
};
