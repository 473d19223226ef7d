import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface DataFile {
  readonly name: string;
  readonly recordBytes: number;
  /** Bytes at the head of a record by which the records ascend; 0 where they do not. */
  readonly keyBytes: number;
}

const dataFiles: readonly DataFile[] = [
  { name: 'geoip-city.dat', recordBytes: 24, keyBytes: 4 },
  { name: 'geoip-city6.dat', recordBytes: 48, keyBytes: 16 },
  { name: 'geoip-city-names.dat', recordBytes: 88, keyBytes: 0 },
];

/** Records read from each file to see whether they ascend. */
const sampleCount = 256;

const assertAscending = (descriptor: number, records: number, file: DataFile): void => {
  let previous = Buffer.alloc(file.keyBytes);
  for (let sample = 0; sample < sampleCount; sample += 1) {
    const key = Buffer.alloc(file.keyBytes);
    const record = Math.floor((sample * (records - 1)) / (sampleCount - 1));
    readSync(descriptor, key, 0, file.keyBytes, record * file.recordBytes);
    if (key.compare(previous) < 0) throw new Error(`${file.name} is damaged: not in order`);
    previous = key;
  }
};

const checkFile = (directory: string, file: DataFile): void => {
  const descriptor = openSync(join(directory, file.name), 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0 || size % file.recordBytes !== 0) {
      throw new Error(`${file.name} is damaged: ${size} bytes are not whole records`);
    }
    if (file.keyBytes > 0) assertAscending(descriptor, size / file.recordBytes, file);
  } finally {
    closeSync(descriptor);
  }
};

/**
 * Checks the files before geoip-lite reads them, because it does not: given a file that was cut short
 * its search never ends. Without city files it would serve countries as if they were points.
 *
 * @param entry path of the package's main file, from which GEODATADIR is resolved as it does.
 * @returns the data directory. @throws where a file is missing or damaged.
 */
export const checkGeoipData = (entry: string): string => {
  const directory = resolve(dirname(entry), process.env['GEODATADIR'] ?? '../data/');
  for (const file of dataFiles) checkFile(directory, file);
  return directory;
};

/** The day in the source's name, as in `GeoLite2-City-CSV_20231115.zip`; null where it is not told. */
export const readGeoipDataDate = (directory: string): Date | null => {
  if (!readdirSync(directory).includes('city.checksum')) return null;
  const text = readFileSync(join(directory, 'city.checksum'), 'utf8');
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})\./.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? null : date;
};
