import type { Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export interface IdpMetrics {
  /** @param format,result from closed lists: both are labels. */
  idpRows(format: string, result: string, rows: number): void;
}

export const createIdpMetrics = (registry: Registry): IdpMetrics => {
  const rowsRead = createTally(registry, {
    name: `${metricPrefix}idp_rows_total`,
    help: 'Rows of logs of identity providers by what became of them.',
    labels: ['format', 'result'],
  });
  return {
    idpRows: (format, result, rows) => {
      const count = rowsRead.slot({ format, result });
      for (let row = 0; row < rows; row += 1) count();
    },
  };
};
