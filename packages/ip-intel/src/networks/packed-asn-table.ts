import { createHash } from 'node:crypto';
import { types } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import type { StepTable } from '../table/step-table.js';
import type { AsnTable } from './asn-table.js';

export interface PackedAsnTable {
  /** Version of the package that the data came from. */
  readonly version: string;
  readonly table: AsnTable;
}

const digestBytes = 32;
const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** SHA-256 of what follows, then the arrays in V8's own serialisation, which newer versions read. */
export const packAsnTable = (packed: PackedAsnTable): Buffer => {
  const body = serialize(packed);
  return Buffer.concat([digestOf(body), body]);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isStepTable = (value: unknown): value is StepTable =>
  isObject(value) &&
  (value['width'] === 1 || value['width'] === 4) &&
  types.isUint32Array(value['starts']) &&
  types.isUint32Array(value['values']);

const isPacked = (value: unknown): value is PackedAsnTable => {
  if (!isObject(value) || typeof value['version'] !== 'string') return false;
  const { table } = value;
  if (!isObject(table) || !isObject(table['tables'])) return false;
  return (
    isStepTable(table['tables']['ipv4']) &&
    isStepTable(table['tables']['ipv6']) &&
    types.isUint32Array(table['asns']) &&
    types.isUint32Array(table['nameEnds']) &&
    types.isUint8Array(table['names'])
  );
};

/** Null for a file that is cut short, altered, or of another form. */
export const unpackAsnTable = (bytes: Buffer): PackedAsnTable | null => {
  const body = bytes.subarray(digestBytes);
  if (!digestOf(body).equals(bytes.subarray(0, digestBytes))) return null;
  const value: unknown = deserialize(body);
  return isPacked(value) ? value : null;
};
