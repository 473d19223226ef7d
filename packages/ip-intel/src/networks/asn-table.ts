import { absent, observed } from '@stepgate/engine';
import type { Network, Signal } from '@stepgate/engine';
import type { Address } from '../address.js';
import { valueAt } from '../table/step-table.js';
import type { StepTables } from '../table/step-table.js';

/** Networks by address. A value in the tables is the position in `asns`, plus one. */
export interface AsnTable {
  readonly tables: StepTables;
  readonly asns: Uint32Array;
  /** All organisation names in UTF-8, one after the other; the i-th ends at `nameEnds[i]`. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
}

const decoder = new TextDecoder();

export const networkAt = (table: AsnTable, address: Address): Signal<Network> => {
  const position = valueAt(table.tables, address) - 1;
  const asn = table.asns[position];
  if (asn === undefined) return absent;
  const nameStart = position === 0 ? 0 : (table.nameEnds[position - 1] ?? 0);
  const org = decoder.decode(table.names.subarray(nameStart, table.nameEnds[position]));
  return observed({ asn, org });
};
