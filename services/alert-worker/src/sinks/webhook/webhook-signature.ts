import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';
const base64 = /^[A-Za-z0-9+/]+={0,2}$/u;
/** Standard Webhooks asks for 24 to 64 random bytes. */
const leastBytes = 24;
const mostBytes = 64;

/** The key in `whsec_<base64>`; null when it is not of that form or of the wrong size. */
export const parseWebhookSecret = (text: string): Buffer | null => {
  if (!text.startsWith(secretPrefix)) return null;
  const encoded = text.slice(secretPrefix.length);
  if (!base64.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= leastBytes && key.length <= mostBytes ? key : null;
};

export interface SignedContent {
  /** No dots: they separate the signed parts. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/**
 * The `webhook-signature` header: one signature per key, so that receivers which hold either the old
 * or the new key accept the message during a rotation.
 */
export const signWebhook = (
  { id, timestampSeconds, body }: SignedContent,
  keys: readonly Buffer[],
): string =>
  keys
    .map((key) => {
      const content = `${id}.${String(timestampSeconds)}.${body}`;
      return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
    })
    .join(' ');
