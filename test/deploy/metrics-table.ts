import { readText } from './repository.js';

export interface DocumentedMetric {
  readonly type: string;
  readonly labels: readonly string[];
  readonly services: readonly string[];
}

const quoted = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

/** The table of docs/metrics.md, by metric. */
export const readMetricsTable = (): ReadonlyMap<string, DocumentedMetric> =>
  new Map(
    readText('docs/metrics.md')
      .split('\n')
      .filter((line) => line.startsWith('| `stepgate_'))
      .map((line) => {
        const [name, type, labels, services] = line.split('|').slice(1);
        return [
          quoted(name!)[0]!,
          {
            type: type!.trim(),
            labels: quoted(labels!).sort(),
            services: services!
              .split(',')
              .map((service) => service.trim())
              .sort(),
          },
        ];
      }),
  );

const histogramSeries = ['_bucket', '_sum', '_count'];

/** The labels that a series of the table may carry; null: no such series. */
export const labelsOfSeries = (
  table: ReadonlyMap<string, DocumentedMetric>,
  series: string,
): readonly string[] | null => {
  const exact = table.get(series);
  if (exact !== undefined && exact.type !== 'histogram') return exact.labels;
  for (const suffix of histogramSeries) {
    const histogram = series.endsWith(suffix) ? table.get(series.slice(0, -suffix.length)) : null;
    if (histogram?.type !== 'histogram') continue;
    return suffix === '_bucket' ? [...histogram.labels, 'le'] : histogram.labels;
  }
  return null;
};
