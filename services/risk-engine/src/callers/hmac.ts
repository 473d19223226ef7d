import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NonceStore } from '@stepgate/assessment';
import type { HmacEntry } from './callers-file.js';
import { grantOf, refused, type Grant, type Identification } from './grant.js';

const windowMs = 300_000;
/** The clock is the store's, told to within a round trip. */
const marginMs = 30_000;

export const hmacScheme = 'Stepgate-HMAC ';
const credentials =
  /^Stepgate-HMAC id=([\w.@:-]{1,64}), ts=([1-9]\d{0,11}), nonce=([\w-]{16,64}), body=([0-9a-f]{64}), sig=([0-9a-f]{64})$/;

/** A name of our own first, so that a signature made for another protocol never fits. */
const signedText = (fields: readonly string[]): string =>
  ['stepgate-hmac-v1', ...fields]
    .map((field) => `${String(Buffer.byteLength(field))}:${field},`)
    .join('');

const emptyBody = hash('sha256', '');

interface Signer {
  readonly grant: Grant;
  readonly key: KeyObject;
}

export interface SignatureDeps {
  readonly nonces: NonceStore;
  /** Milliseconds by one clock for all engines, so that none accepts what another has forgotten. */
  readonly storeClock: () => number;
}

export interface Signatures {
  /** What the signature itself says; whether it is new, `confirm` of the answer finds out. */
  identify(
    request: IncomingMessage,
  ): { readonly grant: Grant; readonly signed: Identification } | null;
}

const isRight = (signer: Signer, { text, given }: { text: string; given: string }): boolean =>
  timingSafeEqual(
    createHmac('sha256', signer.key).update(text).digest(),
    Buffer.from(given, 'hex'),
  );

/**
 * Requests signed with a shared secret, for callers that cannot do TLS with client certificates. The
 * digest of the body is part of the header, so that nothing is read or kept for whoever has no secret.
 */
export const createSignatures = (
  entries: readonly HmacEntry[],
  deps: SignatureDeps,
): Signatures => {
  const signers = new Map<string, Signer>(
    entries.map((entry) => [
      entry.id,
      { grant: grantOf(entry), key: createSecretKey(Buffer.from(entry.secret, 'utf8')) },
    ]),
  );
  return {
    identify: (request) => {
      const [, id = '', ts = '', nonce = '', body = '', given = ''] =
        credentials.exec(request.headers.authorization ?? '') ?? [];
      const signer = signers.get(id);
      if (signer === undefined) return null;
      const text = signedText([request.method ?? '', request.url ?? '', ts, nonce, body]);
      if (!isRight(signer, { text, given })) return null;
      const freshUntil = Number(ts) * 1_000 + windowMs;
      const left = freshUntil - deps.storeClock();
      if (left < 0 || left > 2 * windowMs) return null;
      const { caller } = signer.grant.identified;
      return {
        grant: signer.grant,
        signed: {
          caller,
          confirm: async (bodyHash) => {
            // Before the nonce is spent: half a body must not use up the whole request.
            if ((bodyHash === '' ? emptyBody : bodyHash) !== body) return refused;
            const { tenant } = caller;
            const claim = { tenant, caller: id, nonce, lifetimeMs: left + marginMs };
            return (await deps.nonces.claimNonce(claim)) ? null : refused;
          },
        },
      };
    },
  };
};
