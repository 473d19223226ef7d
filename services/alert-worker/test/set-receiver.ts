import {
  compactVerify,
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
} from 'jose';

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: JSONWebKeySet;
}

export interface ReceivedSet {
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly jti: string;
  readonly txn?: string;
  readonly sub_id?: { readonly format: string };
  readonly events: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type Judged =
  | { readonly status: 202; readonly claims: ReceivedSet }
  | { readonly status: 400; readonly err: string };

const refuse = (err: string): Judged => ({ status: 400, err });

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const levels: readonly unknown[] = ['LOW', 'MEDIUM', 'HIGH'];

/** What CAEP requires of the events that we send. */
const isWellFormed = (type: string, event: Readonly<Record<string, unknown>>): boolean => {
  if (type === `${caep}risk-level-change`) {
    return typeof event['principal'] === 'string' && levels.includes(event['current_level']);
  }
  if (type === `${caep}session-revoked`) return Object.keys(event['reason_admin'] ?? {}).length > 0;
  return true;
};

const judgeClaims = (claims: ReceivedSet, { issuer, audience }: Expected): Judged => {
  if (claims.iss !== issuer) return refuse('invalid_issuer');
  if (claims.aud !== audience) return refuse('invalid_audience');
  const events = Object.entries(claims.events);
  const [[type, event] = ['', {}]] = events;
  const sound =
    !('exp' in claims) &&
    !('sub' in claims) &&
    typeof claims.jti === 'string' &&
    Number.isInteger(claims.iat) &&
    typeof claims.sub_id?.format === 'string' &&
    events.length === 1 &&
    isWellFormed(type, event);
  return sound ? { status: 202, claims } : refuse('invalid_request');
};

/** A receiver of security event tokens, by the rules of RFC 8417 and 8935, SSF 1.0 and CAEP 1.0. */
export const judgeSet = async (set: string, expected: Expected): Promise<Judged> => {
  try {
    const { typ, alg } = decodeProtectedHeader(set);
    if (typ !== 'secevent+jwt') return refuse('invalid_request');
    if (alg !== 'RS256' && alg !== 'ES256') return refuse('invalid_key');
    const { payload } = await compactVerify(set, createLocalJWKSet(expected.jwks), {
      algorithms: ['RS256', 'ES256'],
    });
    return judgeClaims(JSON.parse(Buffer.from(payload).toString('utf8')) as ReceivedSet, expected);
  } catch (error) {
    const aboutKeys =
      error instanceof errors.JWKSNoMatchingKey ||
      error instanceof errors.JWSSignatureVerificationFailed;
    return refuse(aboutKeys ? 'invalid_key' : 'invalid_request');
  }
};
