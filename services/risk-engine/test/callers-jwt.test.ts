import { forgedTokens } from '../../../test/chaos/src/forged-tokens.js';
import {
  createTokenIssuer,
  jwtEntryOf,
  signToken,
  type Algorithm,
} from '../../../test/chaos/src/token-issuer.js';
import { openCallers, requestWith, whoIs, type CallersScene } from './callers-scene.js';

const party = createTokenIssuer('risk-client');
const other = createTokenIssuer('other-client');
const granted = { id: 'idp', tenant: 'acme', scopes: ['decide'] };
const entry = jwtEntryOf(party, granted);
const now = Math.floor(Date.now() / 1_000);

let scene: CallersScene;
beforeEach(async () => {
  scene = await openCallers({ jwt: [entry, jwtEntryOf(other, { ...granted, id: 'other' })] });
  scene.setNow(now * 1_000);
});
afterEach(() => scene.remove());

const bearer = (token: string): Promise<string> => whoIs(scene.callers, `Bearer ${token}`);

describe('a JWT assertion', () => {
  it.each<Algorithm>(['EdDSA', 'ES256', 'RS256', 'PS256'])(
    'signed with %s is its subject, again and again',
    async (alg) => {
      const token = signToken(party, { alg, now });
      expect([await bearer(token), await bearer(token)]).toEqual(['idp', 'idp']);
      expect(await bearer(signToken(other, { alg, now }))).toBe('other');
    },
  );

  it.each([
    ['the other type', { typ: 'client-authentication+jwt' }, {}],
    ['the audience in a list of its own', {}, { aud: ['stepgate'] }],
    ['claims that mean nothing here', {}, { jti: 'a', roles: ['x'] }],
    ['a clock a minute behind', {}, { exp: now - 59 }],
    ['a clock a minute ahead', {}, { nbf: now + 59, iat: now + 59, exp: now + 3_659 }],
  ])('is taken with %s', async (_what, header, claims) => {
    expect(await bearer(signToken(party, { now, header, claims }))).toBe('idp');
  });

  const corpus = forgedTokens(party, now);

  it(`is one of at least fifty that are forged, and none of them is taken`, async () => {
    const right = signToken(party, { now });
    expect(await bearer(right)).toBe('idp');
    const taken: string[] = [];
    for (const { name, token } of corpus) {
      if ((await bearer(token)) !== 'unauthenticated') taken.push(name);
    }
    expect(corpus.length).toBeGreaterThanOrEqual(50);
    expect(new Set(corpus.map(({ token }) => token)).size).toBe(corpus.length);
    expect(taken).toEqual([]);
  });

  it.each(['\t', ' ', '  ', '\u00a0'])('is refused with %j around it', async (blank) => {
    const token = signToken(party, { now });
    for (const value of [`Bearer ${blank}${token}`, `Bearer ${token}${blank}`, `bearer ${token}`]) {
      expect(await whoIs(scene.callers, value)).toBe('unauthenticated');
    }
  });

  it('is known no longer than it lives, though it was remembered', async () => {
    const token = signToken(party, { now });
    expect(await bearer(token)).toBe('idp');
    scene.setNow((now + 361) * 1_000);
    expect(await bearer(token)).toBe('unauthenticated');
  });

  it('is forgotten when its key is taken out, though it was remembered', async () => {
    const token = signToken(party, { now });
    expect(await bearer(token)).toBe('idp');
    await scene.write({ jwt: [jwtEntryOf(other, granted)] });
    await scene.callers.reload();
    expect(await bearer(token)).toBe('unauthenticated');
  });

  it('is identified at once when it was seen before', async () => {
    const token = signToken(party, { now });
    await bearer(token);
    const again = scene.callers.identify(requestWith(`Bearer ${token}`));
    expect(again).not.toBeInstanceOf(Promise);
  });

  it('keeps no more than a bounded number of unknown ones under way', async () => {
    const tokens = Array.from({ length: 400 }, (_, n) =>
      signToken(party, { now, claims: { jti: String(n) } }),
    );
    const answers = await Promise.all(tokens.map(bearer));
    expect(answers.filter((answer) => answer === 'overloaded').length).toBe(400 - 128);
    expect(answers.filter((answer) => answer === 'idp').length).toBe(128);
  });
});

describe('an entry for JWTs', () => {
  const jwk = (changed: object): object => ({
    jwt: [{ ...entry, keys: [{ ...(entry as { keys: object[] }).keys[0], ...changed }] }],
  });

  it.each([
    ['a private key', jwk({ d: 'AAAA' })],
    ['a key without an id', jwk({ kid: undefined })],
    ['a shared secret', jwk({ kty: 'oct', k: 'c2VjcmV0' })],
    ['another algorithm than the key has', jwk({ alg: 'ES256' })],
    ['no algorithm at all', jwk({ alg: 'none' })],
    ['an address of keys', { jwt: [{ ...entry, jwks_uri: 'https://idp.example.com/keys' }] }],
    ['the same issuer and subject twice', { jwt: [entry, entry] }],
  ])('with %s is refused', async (_what, content) => {
    await scene.write(content);
    await expect(scene.callers.reload()).rejects.toThrow('not a key file');
  });
});
