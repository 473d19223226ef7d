import { Gauge, type Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';

export interface AuditMetrics {
  /** `read` is called at every scrape. */
  auditWritable(read: () => boolean): void;
}

export const createAuditMetrics = (registry: Registry): AuditMetrics => {
  let read = (): boolean => true;
  const writable: Gauge = new Gauge({
    name: `${metricPrefix}audit_writable`,
    help: '1 while the audit log can be written or none is kept, else 0.',
    registers: [registry],
    collect: () => {
      writable.set(read() ? 1 : 0);
    },
  });
  return {
    auditWritable: (reader) => {
      read = reader;
    },
  };
};
