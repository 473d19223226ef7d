import { Counter, type Registry } from 'prom-client';

export interface TallyOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
}

export interface Tally<L extends string> {
  /** Counts one event. The series exists, at zero, from the first call or `slot` on. */
  count(labels: Readonly<Record<L, string>>): void;
  /** The counting function of one series; for series that are known beforehand. */
  slot(labels: Readonly<Record<L, string>>): () => void;
}

interface Slot<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  pending: number;
}

const createSlots = <L extends string>(
  names: readonly L[],
): { of(labels: Slot<L>['labels']): Slot<L>; all(): Iterable<Slot<L>> } => {
  const slots = new Map<string, Slot<L>>();
  return {
    of: (labels) => {
      let key = '';
      for (const label of names) key += `${labels[label]}\n`;
      const known = slots.get(key);
      if (known !== undefined) return known;
      const fresh = { labels: { ...labels }, pending: 0 };
      slots.set(key, fresh);
      return fresh;
    },
    all: () => slots.values(),
  };
};

/**
 * A Prometheus counter for the decision path: events add up in plain slots and reach prom-client only
 * when it is scraped, so that a decision does not hash some twenty label sets.
 */
export const createTally = <L extends string>(
  registry: Registry,
  { name, help, labels: names }: TallyOptions<L>,
): Tally<L> => {
  const slots = createSlots(names);
  const counter = new Counter({
    name,
    help,
    labelNames: [...names],
    registers: [registry],
    collect: () => {
      for (const slot of slots.all()) {
        counter.inc(slot.labels, slot.pending);
        slot.pending = 0;
      }
    },
  });
  return {
    count: (labels) => {
      slots.of(labels).pending += 1;
    },
    slot: (labels) => {
      const slot = slots.of(labels);
      return () => {
        slot.pending += 1;
      };
    },
  };
};
