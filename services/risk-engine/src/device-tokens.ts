import { createHash, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { DeviceTokens, TokenHolder } from '@stepgate/assessment';
import { z } from 'zod';

export interface DeviceTokensOptions {
  /** Of the deployment: tokens of another one name nothing here. */
  readonly secret: string;
  /** The one before it, while it is being changed: its tokens are read, and replaced at once. */
  readonly previousSecret?: string | undefined;
  readonly lifetimeDays: number;
}

const version = 'v1';
const dayMs = 86_400_000;
/** 128 bits: the whole of it is under the other MAC, and guessing takes one attempt each. */
const tagLength = 22;
const keyIdLength = 6;

const payloadSchema = z.tuple([z.string().min(1), z.int(), z.int(), z.string()]);
type Payload = z.infer<typeof payloadSchema>;

const lengthPrefixed = (fields: readonly string[]): string =>
  fields.map((field) => `${String(Buffer.byteLength(field))}:${field}`).join('');

/** Nothing but the one spelling: what is decoded leniently can be written in several ways. */
const wellFormed = /^v1\.([\w-]{6})\.([\w-]{1,400})\.([\w-]{43})$/;

const isSame = (given: string, right: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const payloadIn = (encoded: string): Payload | null => {
  try {
    return (
      payloadSchema.safeParse(JSON.parse(Buffer.from(encoded, 'base64url').toString())).data ?? null
    );
  } catch {
    return null;
  }
};

/**
 * The OWASP device cookie: `v1.<key id>.<payload>.<MAC>`, the payload being device id, issue, expiry
 * and a tag. The MAC says that the token is ours; the tag, a MAC over tenant and subject, says whose it
 * is without naming anybody. Two, so that a stolen token can be told from a made-up one.
 */
const createTokensOf = ({ secret, lifetimeDays }: DeviceTokensOptions): DeviceTokens => {
  const keyBytes = Buffer.from(hkdfSync('sha256', secret, '', 'stepgate device token v1', 32));
  const key = createSecretKey(keyBytes);
  const keyId = createHash('sha256').update(keyBytes).digest('base64url').slice(0, keyIdLength);

  const macOf = (...fields: readonly string[]): string =>
    createHmac('sha256', key).update(lengthPrefixed(fields)).digest('base64url');
  const tagOf = ({ tenant, subject }: TokenHolder, deviceId: string): string =>
    macOf('holder', version, tenant, subject, deviceId).slice(0, tagLength);
  const sealOf = (payload: string): string => macOf('token', version, keyId, payload);

  return {
    issue: ({ holder, deviceId, now }) => {
      const expiresAt = now + lifetimeDays * dayMs;
      const payload: Payload = [deviceId, now, expiresAt, tagOf(holder, deviceId)];
      const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
      return { text: [version, keyId, encoded, sealOf(encoded)].join('.'), expiresAt };
    },
    read: (text, { holder, now }) => {
      const parts = wellFormed.exec(text);
      if (parts === null) return { kind: 'tampered' };
      const [, usedKeyId, encoded = '', mac = ''] = parts;
      // Of an earlier secret, with which all that was known of the device went as well.
      if (usedKeyId !== keyId) return { kind: 'expired' };
      const payload = isSame(mac, sealOf(encoded)) ? payloadIn(encoded) : null;
      if (payload === null) return { kind: 'tampered' };
      const [deviceId, issuedAt, expiresAt, tag] = payload;
      // First: an old token in the wrong hands is still in the wrong hands.
      if (!isSame(tag, tagOf(holder, deviceId))) return { kind: 'foreign_subject' };
      return expiresAt > now
        ? { kind: 'valid', deviceId, issuedAt, expiresAt }
        : { kind: 'expired' };
    },
  };
};

/** A subject's pseudonym changes with the secret, and so does whose token it is. */
export const createDeviceTokens = (options: DeviceTokensOptions): DeviceTokens => {
  const current = createTokensOf(options);
  if (options.previousSecret === undefined) return current;
  const previous = createTokensOf({ ...options, secret: options.previousSecret });
  return {
    read: (text, { holder, now }) => {
      const reading = current.read(text, { holder, now });
      if (reading.kind !== 'expired' || holder.earlier === undefined) return reading;
      const { tenant, earlier: subject } = holder;
      const before = previous.read(text, { holder: { tenant, subject }, now });
      return before.kind === 'valid' ? { ...before, superseded: true } : before;
    },
    // Of a login that was decided under the previous secret, nobody knows the current pseudonym.
    issue: (asked) =>
      (asked.holder.subject === asked.holder.earlier ? previous : current).issue(asked),
  };
};
