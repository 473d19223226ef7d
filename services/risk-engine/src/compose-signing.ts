import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import type { PublicKeys } from '@stepgate/contracts';
import type { Config } from './config.js';
import { createAnswerSigner, type AnswerSigner } from './sign-answers.js';

export interface Signing {
  readonly answers: AnswerSigner;
  readonly publicKeys: PublicKeys;
}

type SigningConfig = Pick<Config, 'STEPGATE_SECRET' | 'STEPGATE_SECRET_PREVIOUS' | 'STEPGATE_SIGN'>;

/**
 * The newest secret signs; the key of the previous one stays published, since engines that have not
 * been restarted yet still sign with it.
 */
export const composeSigning = (config: SigningConfig): Signing => {
  const key = createSigningKey(config.STEPGATE_SECRET, 'decisions');
  const { STEPGATE_SECRET_PREVIOUS: previous } = config;
  const earlier = previous === undefined ? [] : [createSigningKey(previous, 'decisions')];
  return {
    answers: createAnswerSigner({ key, mode: config.STEPGATE_SIGN }),
    publicKeys: publicKeysOf([key, ...earlier]),
  };
};
