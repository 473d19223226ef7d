import type { OperationId } from '@stepgate/contracts';
import type { Call } from './routes/handler.js';

export interface AnswerToSign {
  readonly operation: OperationId;
  readonly call: Pick<Call, 'bodyHash' | 'tenant' | 'receivedAt'>;
  /** As sent, byte for byte. */
  readonly body: string;
  readonly answer: unknown;
}

export interface AnswerSigner {
  /** Value of the header Stepgate-Signature; null: this answer is not signed. */
  sign(answer: AnswerToSign): string | null;
}

export const signNothing: AnswerSigner = { sign: () => null };
