import { readFile, stat } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { readIdpEvents, type FormatName, type ReadDocument } from '@stepgate/idp-events';
import { ReplayProblem } from './replay-problem.js';

const maxFileBytes = 256 * 1024 * 1024;

const readText = async (file: string): Promise<string> => {
  try {
    const { size } = await stat(file);
    if (size > maxFileBytes) throw new ReplayProblem(`${file} is larger than 256 MB; split it.`);
    const bytes = await readFile(file);
    if (!isUtf8(bytes)) throw new ReplayProblem(`${file} is not UTF-8 text.`);
    return bytes.toString('utf8');
  } catch (cause) {
    if (cause instanceof ReplayProblem) throw cause;
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new ReplayProblem(`${file} cannot be read${code}.`, { cause });
  }
};

/** @throws ReplayProblem when no row can be made out of the file. */
export const readEventsFile = async (format: FormatName, file: string): Promise<ReadDocument> => {
  const read = readIdpEvents(format, await readText(file));
  switch (read.kind) {
    case 'read':
      return read;
    case 'unreadable':
      throw new ReplayProblem(`${file} cannot be read as ${format}: ${read.reason}.`);
    case 'too_many_rows':
      throw new ReplayProblem(`${file} has ${String(read.rows)} rows; split it.`);
  }
};
