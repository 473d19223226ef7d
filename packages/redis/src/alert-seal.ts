import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import {
  forgottenSubject,
  type Alert,
  type AlertSeal,
  type SealedAlert,
} from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { SealSalt, SealSalts } from './seal-salts.js';

/** The sealed part of an alert was changed, or sealed under another secret. */
export class AlertUnreadableError extends Error {
  override readonly name = 'AlertUnreadableError';
  readonly code = 'alert_unreadable';
}

export interface AlertSealer {
  sealSubject(subject: SubjectRef): string;
  sealAddress(address: string): string;
}

export interface SaltedSealer extends AlertSealer {
  /** Seals so that nobody can open it any more once the subject's salt is gone. */
  under(salt: SealSalt): AlertSealer;
}

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Part of what is authenticated: a sealed address is never taken for a subject. */
type Purpose = 'subject' | 'address';

interface Box {
  shut(purpose: Purpose, text: string): string;
  open(purpose: Purpose, sealed: string): string;
}

const createBox = (secret: string | Uint8Array, salt: string): Box => {
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'stepgate alert seal v2', 32));
  return {
    shut: (purpose, text) => {
      const iv = randomBytes(ivBytes);
      const encrypt = createCipheriv(cipher, key, iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([encrypt.update(text, 'utf8'), encrypt.final()]);
      return Buffer.concat([iv, encrypt.getAuthTag(), sealed]).toString('base64url');
    },
    open: (purpose, sealed) => {
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

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const subjectIn = (text: string): SubjectRef => {
  const value: unknown = JSON.parse(text);
  if (isRecord(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string') {
    return { type: value['type'], id: value['id'] };
  }
  throw new AlertUnreadableError('the sealed part of an alert has an unknown shape');
};

/** `<place of the salt>.<sealed>`; what is sealed with the deployment's secret alone has no place. */
const placeIn = (sealed: string): string | null =>
  sealed.includes('.') ? sealed.slice(0, sealed.indexOf('.')) : null;

const placesIn = ({ sealedSubject, sources, campaign }: SealedAlert): readonly string[] => {
  const sealed = [
    sealedSubject,
    ...sources.map(({ sealedAddress }) => sealedAddress),
    ...(campaign?.sealedSample ?? []),
  ];
  const places = sealed.map((text) => (text === null ? null : placeIn(text)));
  return [...new Set(places.filter((place) => place !== null))];
};

/** Null: it was sealed for a subject that is erased. */
type Opener = (purpose: Purpose, sealed: string) => string | null;

const openAlert = (open: Opener, alert: SealedAlert): Alert => {
  const { sealedSubject, sources, campaign, ...plain } = alert;
  const subject = (sealed: string): SubjectRef => {
    const text = open('subject', sealed);
    return text === null ? forgottenSubject : subjectIn(text);
  };
  return {
    ...plain,
    subject: sealedSubject === null ? null : subject(sealedSubject),
    sources: sources.map(({ sealedAddress, ...source }) => ({
      ...source,
      address: sealedAddress === null ? null : open('address', sealedAddress),
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

const noSalts: SealSalts['read'] = () => Promise.resolve(new Map());

/**
 * AES-256-GCM over what names a person in an alert, so that queue and outbox hold no raw user id and
 * no address. Text form: base64url of iv, tag and ciphertext, behind the place of the salt where the
 * key depends on one: erasure deletes the salt, and with it every copy, wherever it has got to.
 *
 * @param secret of the deployment, the same for the engines and the alert workers.
 * @param readSalts without it, all that was sealed under a salt opens as forgotten.
 */
export const createAlertSeal = (
  secret: string | Uint8Array,
  readSalts: SealSalts['read'] = noSalts,
): AlertSeal & SaltedSealer => {
  const box = createBox(secret, '');
  const sealerOf = ({ shut }: Box, prefix: string): AlertSealer => ({
    sealSubject: ({ type, id }) => prefix + shut('subject', JSON.stringify({ type, id })),
    sealAddress: (address) => prefix + shut('address', address),
  });
  const openerOf =
    (salts: ReadonlyMap<string, string>): Opener =>
    (purpose, sealed) => {
      const place = placeIn(sealed);
      if (place === null) return box.open(purpose, sealed);
      const salt = salts.get(place);
      const body = sealed.slice(place.length + 1);
      return salt === undefined ? null : createBox(secret, salt).open(purpose, body);
    };
  return {
    ...sealerOf(box, ''),
    under: ({ place, salt }) => sealerOf(createBox(secret, salt), `${place}.`),
    open: async (alert) => {
      const places = placesIn(alert);
      const salts = places.length === 0 ? new Map<string, string>() : await readSalts(places);
      try {
        return openAlert(openerOf(salts), alert);
      } catch (cause) {
        if (cause instanceof AlertUnreadableError) throw cause;
        throw new AlertUnreadableError('an alert cannot be opened with this secret', { cause });
      }
    },
  };
};
