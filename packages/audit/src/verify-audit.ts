import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { headFileName, listChains, type Predecessor } from './audit-files.js';
import { hashLine, isSignedBy, nowhere, type Position } from './line.js';
import { readFirstLine, readLines } from './read-chain.js';
import {
  createChainVerifier,
  parseObject,
  type BadPlace,
  type ChainState,
  type ChainVerifier,
  type PublicKeys,
} from './verify-chain.js';

export interface ChainReport extends ChainState {
  readonly file: string;
  readonly bad: readonly BadPlace[];
  /** What is no fault, yet worth a look. */
  readonly notes: readonly string[];
}

export interface AuditReport {
  readonly good: boolean;
  readonly chains: readonly ChainReport[];
  /** Of no one chain. */
  readonly bad: readonly string[];
}

export interface VerifyOptions {
  readonly keys: PublicKeys;
  /** Places that were kept elsewhere: each must be found in one of the chains. */
  readonly anchors?: readonly Position[];
}

interface Opening {
  readonly path: string;
  readonly after: Predecessor | null;
}

/** @throws when a path does not exist, or a directory holds no chain. */
const chainsOf = async (paths: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (!(await stat(path)).isDirectory()) return [path];
      return (await listChains(path)).map((name) => join(path, name));
    }),
  );
  return [...new Set(found.flat())].sort();
};

const readOpening = async (path: string): Promise<Opening> => {
  const fields = parseObject((await readFirstLine(path)).toString()) ?? {};
  const { after: file, after_seq: seq, after_hash: hash } = fields;
  // What is no opening line is found to be bad later, with the chain that it should begin.
  const named = typeof file === 'string' && typeof seq === 'number' && typeof hash === 'string';
  return { path, after: named ? { file, seq, hash } : null };
};

type Head = { readonly problem: string } | ({ readonly problem: null } & Position);

const readHead = async (path: string, keys: PublicKeys): Promise<Head> => {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return { problem: 'it is missing, so a cut tail would not be seen' };
  const text = bytes.toString('latin1');
  const line = text.slice(0, -1);
  const isSigned = [...keys.values()].some((key) => isSignedBy(line, key));
  if (!text.endsWith('\n') || !isSigned) return { problem: 'it is not signed by the key' };
  const seq = parseObject(line)?.['seq'];
  return typeof seq === 'number'
    ? { problem: null, seq, hash: hashLine(line) }
    : { problem: 'it is no line of an audit log' };
};

/** A place that the chain must have, and who says so. */
interface Claim extends Position {
  readonly by: string;
}

const missing = (verifier: ChainVerifier, file: string, claim: Claim): BadPlace[] => {
  if (claim.seq === nowhere.seq || verifier.confirmed(claim)) return [];
  const { records } = verifier.state();
  const cut = claim.seq >= records;
  const line = cut ? records + 1 : claim.seq + 1;
  const why = cut
    ? `the tail was cut off: ${claim.by} knows a line of seq ${String(claim.seq)}`
    : `${claim.by} knows another line of this seq`;
  return [{ file, line, why }];
};

const describeRest = (rest: number, unsigned: number, successors: readonly string[]): string[] => [
  ...(rest > 0 ? [`the last line is unfinished (${String(rest)} bytes): a crash, or a cut`] : []),
  successors.length === 0
    ? `open, ${String(unsigned)} records after the last checkpoint: its engine runs or was killed`
    : `never closed: its engine was killed or runs beside ${successors.join(', ')}`,
];

interface Around {
  readonly options: VerifyOptions;
  readonly openings: readonly Opening[];
}

const verifyFile = async (
  { path, after }: Opening,
  { options, openings }: Around,
): Promise<{ readonly report: ChainReport; readonly anchored: readonly Position[] }> => {
  const { keys, anchors = [] } = options;
  const name = basename(path);
  const headPath = join(dirname(path), headFileName(name));
  // Before the log, which only grows: of a running engine, the head is never ahead of what is read.
  const head = await readHead(headPath, keys);
  const successors = openings.filter(
    (other) => other.after?.file === name && dirname(other.path) === dirname(path),
  );
  const claims: Claim[] = successors.flatMap((other) =>
    other.after === null ? [] : [{ ...other.after, by: basename(other.path) }],
  );
  if (head.problem === null) claims.unshift({ ...head, by: basename(headPath) });
  const verifier = createChainVerifier(
    keys,
    [...claims, ...anchors].map(({ seq }) => seq),
  );
  const rest = await readLines(path, verifier.take);
  verifier.end(rest);
  const found = verifier.bad();
  const bad: BadPlace[] =
    found === null
      ? claims.flatMap((claim) => missing(verifier, path, claim)).slice(0, 1)
      : [{ file: path, ...found }];
  if (head.problem !== null) bad.push({ file: headPath, line: 1, why: head.problem });
  const orphan =
    after !== null && !openings.some((other) => basename(other.path) === after.file)
      ? `it follows ${after.file}, which is not here`
      : null;
  // The oldest chain's predecessor may have been thrown away when its time was over.
  const isOldest = openings[0]?.path === path;
  if (orphan !== null && !isOldest) bad.push({ file: path, line: 1, why: orphan });
  const state = verifier.state();
  const names = successors.map((other) => basename(other.path));
  const notes = [
    ...(orphan !== null && isOldest ? [`${orphan}: kept elsewhere, or thrown away`] : []),
    ...(found !== null || state.closed ? [] : describeRest(rest.length, state.unsigned, names)),
    ...(names.length > 1 ? [`${names.join(' and ')} both follow it`] : []),
    ...(state.lost > 0 ? [`the writer lost ${String(state.lost)} records and says where`] : []),
  ];
  const anchored = anchors.filter((anchor) => verifier.confirmed(anchor));
  return { report: { file: path, ...state, bad, notes }, anchored };
};

/**
 * Reads chains as streams; holds no more than a line and the places asked about.
 *
 * @param paths files, and directories for all the chains in them.
 * @throws when a path cannot be read.
 */
export const verifyAudit = async (
  paths: readonly string[],
  options: VerifyOptions,
): Promise<AuditReport> => {
  const openings = await Promise.all((await chainsOf(paths)).map(readOpening));
  const verified = [];
  for (const opening of openings) verified.push(await verifyFile(opening, { options, openings }));
  const anchored = new Set(verified.flatMap((each) => each.anchored));
  const unknown = (options.anchors ?? []).filter((anchor) => !anchored.has(anchor));
  const bad = [
    ...unknown.map(
      ({ seq }) => `no chain has the anchored line of seq ${String(seq)}: cut or forged`,
    ),
    ...(openings.length === 0 ? ['there is no chain'] : []),
  ];
  const chains = verified.map(({ report }) => report);
  return { good: bad.length === 0 && chains.every((chain) => chain.bad.length === 0), chains, bad };
};
