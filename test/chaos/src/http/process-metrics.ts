/** The text that Prometheus would scrape. */
export const scrape = async (url: string): Promise<string> =>
  fetch(`${url}/metrics`).then((response) => response.text());

/** The first sample of that name, whatever its labels; NaN where there is none. */
export const sampleOf = (metrics: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(metrics)?.[1] ?? Number.NaN);

/** Samples of one scrape: what a server of metrics keeps a series for. */
export const seriesIn = (metrics: string): number =>
  metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;

export const megabytes = (bytes: number): number => bytes / 1024 / 1024;
