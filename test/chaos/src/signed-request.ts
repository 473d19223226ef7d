import { createHash, createHmac, randomBytes } from 'node:crypto';

export interface RequestToSign {
  readonly id: string;
  readonly secret: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
  /** Seconds since the epoch. */
  readonly ts: number;
  readonly nonce?: string;
}

/** The header Authorization of a signed request, as docs/callers.md tells it. */
export const signRequest = ({
  id,
  secret,
  method,
  path,
  body,
  ts,
  nonce = randomBytes(16).toString('base64url'),
}: RequestToSign): string => {
  const digest = createHash('sha256').update(body).digest('hex');
  const text = ['stepgate-hmac-v1', method, path, String(ts), nonce, digest]
    .map((field) => `${String(Buffer.byteLength(field))}:${field},`)
    .join('');
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return `Stepgate-HMAC id=${id}, ts=${String(ts)}, nonce=${nonce}, body=${digest}, sig=${signature}`;
};
