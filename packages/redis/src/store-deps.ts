import type { GuardedConnection } from './guarded-connection.js';
import type { Identifiers } from './identifiers.js';

export interface StoreDeps {
  readonly connection: GuardedConnection;
  readonly identifiers: Identifiers;
}
