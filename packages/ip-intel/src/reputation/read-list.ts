import type { ReputationCategory } from '@stepgate/engine';
import { createLineReader } from '../line-reader.js';
import type { SlicedWork } from '../sliced-work.js';
import { parseListLine } from './list-line.js';
import type { ReputationSetBuilder } from './reputation-set.js';

export interface RejectedLine {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** How one file was read. */
export interface ListReport {
  readonly file: string;
  readonly category: ReputationCategory | null;
  /** Addresses, blocks and AS numbers taken. */
  readonly entries: number;
  /** Left out for fewer reports than the least count. */
  readonly belowMinimum: number;
  readonly rejectedLines: number;
  /** The first few. */
  readonly rejected: readonly RejectedLine[];
  readonly dataDate: Date;
  /** Why the file was not used; null when it was. */
  readonly refused: string | null;
}

export interface ListFile {
  /** Relative path. */
  readonly file: string;
  readonly category: ReputationCategory;
  readonly minimumCount: number;
  readonly bytes: Buffer;
  readonly modifiedAt: Date;
}

const linesBetweenPauses = 512;
const rejectedLinesTold = 5;

/** More bad lines than good ones: an error page, another format, a file cut in two. */
const judge = (entries: number, belowMinimum: number, rejectedLines: number): string | null => {
  if (rejectedLines > entries + belowMinimum) return 'most lines are not list entries';
  return entries + belowMinimum === 0 ? 'holds no entries' : null;
};

/** Adds the file's entries to the set and reports on every line that it could not read. */
export function* readList(list: ListFile, set: ReputationSetBuilder): SlicedWork<ListReport> {
  const { file, category, minimumCount } = list;
  const reader = createLineReader(list.bytes);
  const rejected: RejectedLine[] = [];
  let [entries, belowMinimum, rejectedLines] = [0, 0, 0];
  let dataDate = list.modifiedAt;
  for (let text = reader.next(); text !== null; text = reader.next()) {
    const parsed = parseListLine(text, minimumCount);
    if (parsed.kind === 'range') set.addRange(parsed.range, category);
    else if (parsed.kind === 'asn') set.addAsn(parsed.asn, category);
    else if (parsed.kind === 'updated') dataDate = parsed.date;
    else if (parsed.kind === 'below') belowMinimum += 1;
    else if (parsed.kind === 'bad') {
      rejectedLines += 1;
      if (rejectedLines <= rejectedLinesTold) {
        rejected.push({ file, line: reader.line, why: parsed.why });
      }
    }
    if (parsed.kind === 'range' || parsed.kind === 'asn') entries += 1;
    if (reader.line % linesBetweenPauses === 0) yield;
  }
  const refused = judge(entries, belowMinimum, rejectedLines);
  return { file, category, entries, belowMinimum, rejectedLines, rejected, dataDate, refused };
}
