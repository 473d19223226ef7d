import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Alert, AlertSeal, SealedAlert } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';

/** The sealed part of an alert was changed, or sealed under another secret. */
export class AlertUnreadableError extends Error {
  override readonly name = 'AlertUnreadableError';
  readonly code = 'alert_unreadable';
}

export interface AlertSealer {
  sealSubject(subject: SubjectRef): string;
  sealAddress(address: string): string;
}

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Part of what is authenticated: a sealed address is never taken for a subject. */
type Purpose = 'subject' | 'address';

const createBox = (secret: string | Uint8Array) => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'stepgate alert seal v2', 32));
  return {
    shut: (purpose: Purpose, text: string): string => {
      const iv = randomBytes(ivBytes);
      const encrypt = createCipheriv(cipher, key, iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([encrypt.update(text, 'utf8'), encrypt.final()]);
      return Buffer.concat([iv, encrypt.getAuthTag(), sealed]).toString('base64url');
    },
    open: (purpose: Purpose, sealed: string): string => {
      const bytes = Buffer.from(sealed, 'base64url');
      const iv = bytes.subarray(0, ivBytes);
      const decrypt = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
      decrypt.setAAD(Buffer.from(purpose));
      decrypt.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const body = bytes.subarray(ivBytes + tagBytes);
      return Buffer.concat([decrypt.update(body), decrypt.final()]).toString('utf8');
    },
  };
};
type Box = ReturnType<typeof createBox>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const subjectIn = (text: string): SubjectRef => {
  const value: unknown = JSON.parse(text);
  if (isRecord(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string') {
    return { type: value['type'], id: value['id'] };
  }
  throw new AlertUnreadableError('the sealed part of an alert has an unknown shape');
};

const openAlert = (box: Box, alert: SealedAlert): Alert => {
  const { sealedSubject, sources, campaign, ...plain } = alert;
  const subject = (sealed: string): SubjectRef => subjectIn(box.open('subject', sealed));
  return {
    ...plain,
    subject: sealedSubject === null ? null : subject(sealedSubject),
    sources: sources.map(({ sealedAddress, ...source }) => ({
      ...source,
      address: sealedAddress === null ? null : box.open('address', sealedAddress),
    })),
    campaign:
      campaign === null
        ? null
        : {
            scope: campaign.scope,
            subjects: campaign.subjects,
            sample: campaign.sealedSample.map(subject),
          },
  };
};

/**
 * AES-256-GCM over what names a person in an alert, so that queue and outbox hold no raw user id and
 * no address. Text form: base64url of iv, tag and ciphertext.
 *
 * @param secret of the deployment, the same for the engines and the alert workers.
 */
export const createAlertSeal = (secret: string | Uint8Array): AlertSeal & AlertSealer => {
  const box = createBox(secret);
  return {
    sealSubject: ({ type, id }) => box.shut('subject', JSON.stringify({ type, id })),
    sealAddress: (address) => box.shut('address', address),
    open: (alert) => {
      try {
        return openAlert(box, alert);
      } catch (cause) {
        if (cause instanceof AlertUnreadableError) throw cause;
        throw new AlertUnreadableError('an alert cannot be opened with this secret', { cause });
      }
    },
  };
};
