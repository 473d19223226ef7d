import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { missingColumns, readLoginRow, type LoginRow } from './login-row.js';

export interface BadRow {
  readonly line: number;
  readonly problem: string;
}

/** The file is no log of this kind at all. */
export class LoginLogError extends Error {
  override readonly name = 'LoginLogError';
}

const longestRow = 65_536;

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: Readonly<Record<string, string | undefined>>;
}

/**
 * Row by row, whatever the size of the file. Rows that cannot be used are told and left out.
 *
 * @throws LoginLogError when a column is missing.
 */
export async function* readLoginLog(
  file: string,
  onBadRow: (row: BadRow) => void,
): AsyncGenerator<LoginRow> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const missing = missingColumns(header.map((name) => name.trim()));
      if (missing.length > 0) throw new LoginLogError(`lacks the columns ${missing.join(', ')}`);
      return header.map((name) => name.trim());
    },
    info: true,
    max_record_size: longestRow,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  });
  parser.on('skip', (error: { readonly lines?: number; readonly code: string }) => {
    onBadRow({ line: error.lines ?? 0, problem: error.code });
  });
  const source = createReadStream(file);
  source.once('error', (error) => parser.destroy(error));
  const records: AsyncIterable<Parsed> = source.pipe(parser);
  for await (const { info, record } of records) {
    const row = readLoginRow(record);
    if (typeof row === 'string') onBadRow({ line: info.lines, problem: row });
    else yield row;
  }
}
