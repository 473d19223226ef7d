export * from './signing-key.js';
export { openAuditLog, type AuditLog, type AuditLogOptions } from './audit-log.js';
export type { AuditData } from './line.js';
export {
  verifyAudit,
  type AuditReport,
  type ChainReport,
  type VerifyOptions,
} from './verify-audit.js';
