import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { unavailable } from '@stepgate/engine';
import { causeOf } from '../intel-status.js';
import { runInSlices } from '../sliced-work.js';
import { networkAt } from './asn-table.js';
import { buildAsnTable } from './asn-csv.js';
import type { NetworkSource } from './network-source.js';
import { packAsnTable, unpackAsnTable } from './packed-asn-table.js';
import type { PackedAsnTable } from './packed-asn-table.js';

const require = createRequire(import.meta.url);
/** Beside the compiled code, whether this runs from there or from the sources. */
const defaultPackedPath = fileURLToPath(new URL('../../dist/asn.bin', import.meta.url));

const ignoreMissing = (error: unknown): null => {
  if (types.isNativeError(error) && 'code' in error) {
    if (error.code === 'ENOENT' || error.code === 'MODULE_NOT_FOUND') return null;
  }
  throw error;
};

/** Where the package is installed; null where it is not: an image may carry the packed file alone. */
const findPackage = async (): Promise<{ directory: string; version: string } | null> => {
  try {
    const manifest = require.resolve('@ip-location-db/asn/package.json');
    const [, version] = /"version":\s*"([^"]+)"/.exec(await readFile(manifest, 'utf8')) ?? [];
    return version === undefined ? null : { directory: dirname(manifest), version };
  } catch (error) {
    return ignoreMissing(error);
  }
};

const parsePackage = async (directory: string, version: string): Promise<PackedAsnTable> => {
  const ipv4 = await readFile(join(directory, 'asn-ipv4.csv'));
  const ipv6 = await readFile(join(directory, 'asn-ipv6.csv'));
  return { version, table: await runInSlices(buildAsnTable(ipv4, ipv6)) };
};

const loadTable = async (packedPath: string): Promise<PackedAsnTable> => {
  const installed = await findPackage();
  const bytes = await readFile(packedPath).catch(ignoreMissing);
  const packed = bytes === null ? null : unpackAsnTable(bytes);
  if (packed !== null && (installed === null || installed.version === packed.version))
    return packed;
  if (installed !== null) return parsePackage(installed.directory, installed.version);
  throw new Error(`neither the package nor a sound packed file at ${packedPath} is there`);
};

/** The package counts its versions by the hour of publication: `2.3.2026061719`. */
const dateOfVersion = (version: string): Date | null => {
  const [, year, month, day] = /\.(\d{4})(\d{2})(\d{2})\d{2}$/.exec(version) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  return new Date(`${year}-${month}-${day}T00:00:00Z`);
};

export interface PackagedNetworksOptions {
  /** File that `packNetworks` wrote. Default: beside the compiled code. */
  readonly packedPath?: string;
}

/**
 * ASN from the package `@ip-location-db/asn`: from the packed file when that is of the installed
 * version, else from the package's CSV, in slices, about a second. Resolves in any case; without
 * either every answer is `unavailable`.
 */
export const createPackagedNetworks = async ({
  packedPath = defaultPackedPath,
}: PackagedNetworksOptions = {}): Promise<NetworkSource> => {
  try {
    const { version, table } = await loadTable(packedPath);
    const status = { source: 'asn', dataDate: dateOfVersion(version), problem: null } as const;
    return { lookUp: (address) => networkAt(table, address), status: () => status };
  } catch (error) {
    const problem = `@ip-location-db/asn: ${causeOf(error)}`;
    return {
      lookUp: () => unavailable(problem),
      status: () => ({ source: 'asn', dataDate: null, problem }),
    };
  }
};

/** Writes the packed file, whole or not at all. @throws where the package is not installed. */
export const packNetworks = async ({
  packedPath = defaultPackedPath,
}: PackagedNetworksOptions = {}): Promise<{ readonly path: string; readonly bytes: number }> => {
  const installed = await findPackage();
  if (installed === null) throw new Error('@ip-location-db/asn is not installed');
  const packed = packAsnTable(await parsePackage(installed.directory, installed.version));
  await writeFile(`${packedPath}.new`, packed);
  await rename(`${packedPath}.new`, packedPath);
  return { path: packedPath, bytes: packed.length };
};
