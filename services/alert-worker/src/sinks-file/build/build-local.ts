import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { OcsfSpec, StdoutSpec } from '../../sinks/sink-spec.js';
import type { Path } from '../document.js';
import type { Reading } from '../reading.js';
import type { Written } from '../schema/sinks.js';
import { commonOf, partsOf } from './shared-parts.js';

/** Collected output goes where personal data often may not: it names nobody unless told to. */
export const buildStdout = (reading: Reading, written: Written<'stdout'>): StdoutSpec => ({
  type: 'stdout',
  ...commonOf(reading, written),
  parts: partsOf(written, 'none'),
});

const isWritable = (directory: string): boolean => {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export const buildOcsf = (
  reading: Reading,
  written: Written<'ocsf'>,
  path: Path,
): OcsfSpec | null => {
  const common = { ...commonOf(reading, written), parts: partsOf(written, 'full') };
  if (written.file === undefined) return { type: 'ocsf', ...common, output: 'stdout' };
  const file = resolve(reading.directory, written.file);
  if (isWritable(dirname(file))) return { type: 'ocsf', ...common, output: { file } };
  const message = `${dirname(file)} cannot be written to by this user; make the directory, or change its owner`;
  reading.report([...path, 'file'], message);
  return null;
};
