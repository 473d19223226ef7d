import { createHmac, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import type { Intercepted } from './hostile-engine.js';

/** The engine's own key, with which a test makes what the engine would have signed at another time. */
export interface EngineKey {
  readonly privateKey: KeyObject;
  readonly keyId: string;
  readonly publicJwk: { readonly x: string };
}

const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const digest = (bytes: Buffer | string): string => hash('sha256', bytes, 'base64url');
const attackers = generateKeyPairSync('ed25519');

/** A body that the engine or its caller wrote. */
export const objectOf = (json: Buffer | string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(json.toString());
  if (typeof value !== 'object' || value === null) throw new TypeError('no JSON object');
  return { ...value };
};

const decisionIdOf = (path: string): string =>
  /^\/v1\/decisions\/([^/]+)\/completion$/.exec(path)?.[1] ??
  '018f3b5c-0000-7000-8000-000000000001';

/** A whole allow for this very question, as the engine would word it. */
export const allowFor = ({ path, body }: Pick<Intercepted, 'path' | 'body'>): string => {
  const { attempt_id = 'attempt' } = objectOf(body);
  return JSON.stringify({
    decision_id: decisionIdOf(path),
    attempt_id,
    decision: 'allow',
    risk: { score: 0, level: 'low' },
    step_up: null,
    reasons: [],
    policy: { name: 'workforce', version: 'sha256:0', rule: 'level:low' },
    degraded: [],
    expires_at: new Date(Date.now() + 300_000).toISOString(),
    device: null,
    durable: null,
  });
};

type Claims = Record<string, unknown>;

const claimsFor = (asked: Buffer, answer: string): Claims => {
  const said = objectOf(answer);
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: 'stepgate',
    iat: now,
    exp: now + 300,
    decision_id: said['decision_id'],
    attempt_id: said['attempt_id'],
    decision: said['decision'],
    degraded: [],
    req: digest(asked),
    res: digest(answer),
  };
};

export interface Signing {
  readonly key?: KeyObject;
  readonly head?: Claims;
  readonly claims?: (claims: Claims) => Claims;
}

/** A signature in all respects right but those that `how` names. */
export const signatureFor = (
  engine: EngineKey,
  { body, answer }: { readonly body: Buffer; readonly answer: string },
  { key = engine.privateKey, head = {}, claims = (all) => all }: Signing = {},
): string => {
  const whole = { alg: 'EdDSA', kid: engine.keyId, typ: 'stepgate-decision', ...head };
  const signed = `${text(whole)}.${text(claims(claimsFor(body, answer)))}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
};

/** What an attacker without the engine's key can sign: each is refused for another reason. */
export const attackersSignings: Readonly<Record<string, (engine: EngineKey) => Signing>> = {
  "the attacker's own key": () => ({ key: attackers.privateKey, head: { kid: 'mine' } }),
  "the attacker's key under the pinned name": () => ({ key: attackers.privateKey }),
  "the attacker's key, brought along": () => ({
    key: attackers.privateKey,
    head: { jwk: attackers.publicKey.export({ format: 'jwk' }) },
  }),
  "the attacker's key, at an address": () => ({
    key: attackers.privateKey,
    head: { jku: 'http://127.0.0.1/jwks.json' },
  }),
};

/** Signed by the engine itself: at another time, for another purpose, about something else. */
export const enginesSignings: Readonly<Record<string, Signing>> = {
  'a recording of two minutes ago': {
    claims: (all) => ({ ...all, iat: Number(all['iat']) - 120 }),
  },
  'a signature of the future': { claims: (all) => ({ ...all, iat: Number(all['iat']) + 120 }) },
  'an expired decision': { claims: (all) => ({ ...all, exp: Number(all['iat']) - 61 }) },
  'no expiry': { claims: ({ exp: _none, ...all }) => all },
  'an expiry that is no number': { claims: (all) => ({ ...all, exp: 'never' }) },
  'another issuer': { claims: (all) => ({ ...all, iss: 'elsewhere' }) },
  'another question': { claims: (all) => ({ ...all, req: digest('another') }) },
  'another answer': { claims: (all) => ({ ...all, res: digest('another') }) },
  'no question at all': { claims: ({ req: _none, ...all }) => all },
  'another attempt': { claims: (all) => ({ ...all, attempt_id: 'another' }) },
  'another decision': { claims: (all) => ({ ...all, decision_id: 'another' }) },
  'another outcome': { claims: (all) => ({ ...all, decision: 'deny' }) },
  'an unknown critical header': { head: { crit: ['exp'] } },
  'another type': { head: { typ: 'stepgate-audit' } },
  'an unknown key name': { head: { kid: 'unknown' } },
  'no algorithm, by name': { head: { alg: 'none' } },
  'another algorithm, by name': { head: { alg: 'ES256' } },
};

/** The signatures that are no EdDSA at all. */
export const brokenSignatures: Readonly<
  Record<string, (engine: EngineKey, whole: string) => string>
> = {
  'an empty signature under alg none': (_engine, whole) =>
    `${text({ alg: 'none' })}.${whole.split('.')[1] ?? ''}.`,
  'HS256 with the public key for a secret': (engine, whole) => {
    const signed = `${text({ alg: 'HS256', kid: engine.keyId })}.${whole.split('.')[1] ?? ''}`;
    const secret = Buffer.from(engine.publicJwk.x, 'base64url');
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  },
  'EdDSA by name, HMAC by nature': (engine, whole) => {
    const signed = whole.split('.').slice(0, 2).join('.');
    const secret = Buffer.from(engine.publicJwk.x, 'base64url');
    return `${signed}.${createHmac('sha512', secret).update(signed).digest('base64url')}`;
  },
  'sixty-four zero bytes': (_engine, whole) =>
    `${whole.split('.').slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,
  'no signature part': (_engine, whole) => whole.split('.').slice(0, 2).join('.'),
  'a signature with padding': (_engine, whole) => `${whole}==`,
  'a signature twice': (_engine, whole) => `${whole}, ${whole}`,
  'an empty header': () => '',
  garbage: () => 'allow',
};
