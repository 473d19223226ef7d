import type { RedisConnection } from './connection.js';
import type { Identifiers } from './identifiers.js';

export interface StoreDeps {
  readonly connection: RedisConnection;
  readonly identifiers: Identifiers;
}
