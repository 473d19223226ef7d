import type { PublicKeys } from '@stepgate/contracts';
import type { Handler } from './handler.js';

export interface PublicKeysRouteDeps {
  readonly publicKeys: PublicKeys;
}

export const createPublicKeys =
  ({ publicKeys }: PublicKeysRouteDeps): Handler =>
  () => ({ status: 200, body: publicKeys });
