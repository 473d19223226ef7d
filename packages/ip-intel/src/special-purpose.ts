import type { Address } from './address.js';
import { parseRange } from './range.js';
import { createOverlapSweep } from './table/overlap-sweep.js';
import { valueAt } from './table/step-table.js';
import type { StepTables } from './table/step-table.js';

/**
 * Blocks that no public network announces, from the IANA special-purpose registries (RFC 6890 and
 * its updates) and the multicast and reserved blocks.
 */
const specialBlocks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:2::/48',
  '2001:10::/28',
  '2001:20::/28',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const;

const buildTables = (): StepTables => {
  const sweeps = { 4: createOverlapSweep(1), 6: createOverlapSweep(4) };
  for (const block of specialBlocks) {
    const range = parseRange(block);
    if (range === null) throw new Error(`special block ${block} is not a CIDR block`);
    sweeps[range.family].add(range, 0);
  }
  const finish = (sweep: ReturnType<typeof createOverlapSweep>): StepTables['ipv4'] => {
    const work = sweep.build();
    let step = work.next();
    while (step.done !== true) step = work.next();
    return step.value;
  };
  return { ipv4: finish(sweeps[4]), ipv6: finish(sweeps[6]) };
};

const tables = buildTables();

/**
 * Private, loopback, shared (CGNAT), documentation, multicast and the like. Nothing can be known of
 * such an address; that makes it unknown, not safe.
 */
export const isSpecialPurpose = (address: Address): boolean => valueAt(tables, address) !== 0;
