import type { Population } from '../population/index.js';

const round = (value: number): number => Number(value.toPrecision(4));

/** Logins per user, as the published data set has them (risk-scoring 2.5). */
export const statisticsOf = ({ users, logins }: Population): Readonly<Record<string, number>> => {
  const counts = new Map<number, number>();
  for (const { user } of logins) counts.set(user, (counts.get(user) ?? 0) + 1);
  const sorted = [...counts.values()].toSorted((one, other) => one - other);
  const quantile = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
  const share = (is: (count: number) => boolean): number =>
    round(sorted.filter(is).length / Math.max(1, users.length));
  return {
    'P(1)': share((count) => count === 1),
    median: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    'P(>=10)': share((count) => count >= 10),
    mean: round(logins.length / Math.max(1, users.length)),
  };
};
