import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SinkSpec } from '../sinks/sink-spec.js';
import { parseSinks } from './parse-sinks.js';
import type { Reading } from './reading.js';

export type SinksFileResult =
  | { readonly ok: true; readonly sinks: readonly SinkSpec[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The sinks of a YAML file, or every problem with it: `sinks.yaml:12:5: …`. Never throws. */
export const readSinksFile = (
  file: string,
  context: Pick<Reading, 'mode' | 'env'>,
): SinksFileResult => {
  const read = readText(file);
  if (read === null) {
    return {
      ok: false,
      problems: [
        `STEPGATE_SINKS_FILE: ${file} cannot be read; check the path and its permissions.`,
      ],
    };
  }
  const { sinks, problems } = parseSinks(read, { ...context, directory: dirname(file) });
  if (problems.length === 0) return { ok: true, sinks };
  return {
    ok: false,
    problems: problems.map(
      ({ line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`,
    ),
  };
};

const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};
