import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Alert, AlertSeal } from '@stepgate/assessment';

type Confidential = Pick<Alert, 'subject' | 'context'>;

/** The sealed part of an alert was changed, or sealed under another secret. */
export class AlertUnreadableError extends Error {
  override readonly name = 'AlertUnreadableError';
  readonly code = 'alert_unreadable';
}

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseConfidential = (text: string): Confidential => {
  const value: unknown = JSON.parse(text);
  if (isRecord(value) && isRecord(value['subject']) && isRecord(value['context'])) {
    const { type, id } = value['subject'];
    if (typeof type === 'string' && typeof id === 'string') {
      return { subject: { type, id }, context: value['context'] };
    }
  }
  throw new AlertUnreadableError('the sealed part of an alert has an unknown shape');
};

/**
 * AES-256-GCM over what names a person in an alert, so that queue and outbox hold no raw user id.
 * Text form: base64url of iv, tag and ciphertext.
 *
 * @param secret of the deployment, the same for the engines and the alert workers.
 */
export const createAlertSeal = (
  secret: string | Uint8Array,
): AlertSeal & { seal(confidential: Confidential): string } => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'stepgate alert seal v1', 32));
  return {
    seal: ({ subject, context }) => {
      const iv = randomBytes(ivBytes);
      const encrypt = createCipheriv(cipher, key, iv);
      const text = JSON.stringify({ subject: { type: subject.type, id: subject.id }, context });
      const sealed = Buffer.concat([encrypt.update(text, 'utf8'), encrypt.final()]);
      return Buffer.concat([iv, encrypt.getAuthTag(), sealed]).toString('base64url');
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decrypt = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decrypt.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        const text = Buffer.concat([
          decrypt.update(bytes.subarray(ivBytes + tagBytes)),
          decrypt.final(),
        ]);
        return parseConfidential(text.toString('utf8'));
      } catch (cause) {
        if (cause instanceof AlertUnreadableError) throw cause;
        throw new AlertUnreadableError('an alert cannot be opened with this secret', { cause });
      }
    },
  };
};
