import { reputationCategories } from '@stepgate/engine';
import type { ReputationCategory } from '@stepgate/engine';
import type { AddressRange } from '../range.js';
import type { SlicedWork } from '../sliced-work.js';
import { createOverlapSweep } from '../table/overlap-sweep.js';
import type { StepTables } from '../table/step-table.js';

/** All lists in one. A value in the tables, or of an AS number, has one bit for each category. */
export interface ReputationSet {
  readonly tables: StepTables;
  readonly asns: ReadonlyMap<number, number>;
}

export interface ReputationSetBuilder {
  addRange(range: AddressRange, category: ReputationCategory): void;
  addAsn(asn: number, category: ReputationCategory): void;
  build(): SlicedWork<ReputationSet>;
}

const bitOf = (category: ReputationCategory): number => reputationCategories.indexOf(category);

export const createReputationSetBuilder = (): ReputationSetBuilder => {
  const sweeps = { 4: createOverlapSweep(1), 6: createOverlapSweep(4) };
  const asns = new Map<number, number>();
  return {
    addRange: (range, category) => {
      sweeps[range.family].add(range, bitOf(category));
    },
    addAsn: (asn, category) => {
      asns.set(asn, (asns.get(asn) ?? 0) | (1 << bitOf(category)));
    },
    *build() {
      return { tables: { ipv4: yield* sweeps[4].build(), ipv6: yield* sweeps[6].build() }, asns };
    },
  };
};

const categoriesByBits: readonly (readonly ReputationCategory[])[] = Array.from(
  { length: 1 << reputationCategories.length },
  (_, bits) => reputationCategories.filter((category) => (bits & (1 << bitOf(category))) !== 0),
);

/** In the order of the engine's list of categories. */
export const categoriesOf = (bits: number): readonly ReputationCategory[] =>
  categoriesByBits[bits] ?? [];
