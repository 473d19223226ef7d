export * from './challenge.js';
export * from './client.js';
export * from './enforcement.js';
export * from './forward-auth.js';
export * from './middleware.js';
export * from './refusal.js';
export type { ClientTls } from './transport.js';
export { unreachableCodes, type Unreachable, type UnreachableCode } from './unreachable.js';
