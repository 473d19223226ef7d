import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import { publicJwks } from '../src/sinks/ssf/public-jwks.js';
import { parseSigningKey } from '../src/sinks/ssf/signing-key.js';
import { status } from './receiver.js';
import { alert } from './samples.js';
import {
  ec,
  ecKey,
  parsed,
  pem,
  riskChange,
  rsaKey,
  scene,
  specFor,
  stopReceivers,
} from './ssf-scene.js';

afterEach(stopReceivers);

describe('signing keys', () => {
  it.each([
    ['RS256', rsaKey],
    ['ES256', ecKey],
  ] as const)('sign with %s under the name of their thumbprint', async (alg, key) => {
    const { received, send, judged } = await scene(status(202), { signingKeys: [key] });
    await send(alert);
    expect(decodeProtectedHeader(received[0]!.body)).toEqual({
      alg,
      typ: 'secevent+jwt',
      kid: await calculateJwkThumbprint(key.publicJwk as object),
    });
    expect(Object.keys(await judged())).toEqual([riskChange]);
  });

  it('may be a JWK with a name of its own', () => {
    const jwk = { ...ec.export({ format: 'jwk' }), kid: '2026-01' };
    expect(parsed(JSON.stringify(jwk))).toMatchObject({ alg: 'ES256', kid: '2026-01' });
  });

  it('are published without what is private, former ones too', () => {
    const spec = specFor(new URL('https://idp.acme.example/'), { signingKeys: [ecKey, rsaKey] });
    const { keys } = publicJwks([spec, spec]);
    expect(keys.map(({ kid, alg, use }) => [kid, alg, use])).toEqual([
      [ecKey.kid, 'ES256', 'sig'],
      [rsaKey.kid, 'RS256', 'sig'],
    ]);
    for (const key of keys) expect(key).not.toHaveProperty('d');
  });

  it.each([
    ['a short RSA key', pem(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey)],
    ['another curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['an Ed25519 key', pem(generateKeyPairSync('ed25519').privateKey)],
    ['a public key', JSON.stringify(rsaKey.publicJwk)],
    ['a symmetric key', JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' })],
    ['no key', 'secret'],
    ['broken JSON', '{"kty":'],
  ])('are not %s', (_, text) => {
    expect(parseSigningKey(text)).toBeNull();
  });
});
