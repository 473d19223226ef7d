import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import {
  createRedisConnection,
  createRedisState,
  initialiseState,
  type RedisConnection,
} from '@stepgate/redis';
import { StateUnavailableError } from '@stepgate/assessment';
import { hash } from 'node:crypto';
import { signRequest, type RequestToSign } from '../../../test/chaos/src/signed-request.js';
import { openCallers, requestWith, type CallersScene } from './callers-scene.js';

const secret = randomBytes(32).toString('hex');
const entry = { id: 'mainframe', tenant: 'acme', scopes: ['decide'] };
const now = Math.floor(Date.now() / 1_000);
const right: RequestToSign = {
  id: 'mainframe',
  secret,
  method: 'POST',
  path: '/v1/decisions',
  body: '{"a":1}',
  ts: now,
};

let connection: RedisConnection;
let scene: CallersScene;
beforeAll(async () => {
  const url = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
  connection = createRedisConnection({ url, commandTimeoutMs: 10_000 });
  await connection.waitUntilUp(10_000);
});
afterAll(() => {
  connection.close();
});
beforeEach(async () => {
  const deployment = { connection, secret: randomBytes(32) };
  await initialiseState(deployment);
  const { nonces } = createRedisState(deployment);
  scene = await openCallers({ hmac: [{ ...entry, secret }] }, nonces);
  scene.setNow(now * 1_000);
});
afterEach(() => scene.remove());

const bodyHash = (body: string): string => (body === '' ? '' : hash('sha256', body));

/** As the engine does it: the header first, then the body, and last whether it is new. */
const send = async (
  authorization: string,
  { method = right.method, path = right.path, body = right.body } = {},
): Promise<string> => {
  const request = requestWith(authorization, { method, url: path });
  const identification = await scene.callers.identify(request);
  if ('problem' in identification) return `${identification.problem} unread`;
  const problem = await identification.confirm?.(bodyHash(body));
  return problem?.problem ?? identification.caller.id;
};

describe('a signed request', () => {
  it('is served once', async () => {
    const authorization = signRequest(right);
    expect([await send(authorization), await send(authorization)]).toEqual([
      'mainframe',
      'unauthenticated',
    ]);
  });

  it('is served once among a thousand at the same time', async () => {
    const authorization = signRequest(right);
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => send(authorization)));
    expect(answers.filter((answer) => answer === 'mainframe')).toHaveLength(1);
  });

  it('may have no body', async () => {
    const read = { ...right, method: 'GET', path: '/v1/policies?x=1', body: '' };
    expect(await send(signRequest(read), read)).toBe('mainframe');
  });

  it.each([
    [-301, 'unauthenticated unread'],
    [-299, 'mainframe'],
    [299, 'mainframe'],
    [301, 'unauthenticated unread'],
  ])('whose clock is %i s off is answered with %s', async (seconds, answer) => {
    expect(await send(signRequest({ ...right, ts: now + seconds }))).toBe(answer);
  });

  it.each([
    ['method', { method: 'DELETE' }],
    ['path', { path: '/v1/events' }],
    ['query', { path: '/v1/decisions?dry=1' }],
  ])('is refused with another %s, before its body is read', async (_what, changed) => {
    expect(await send(signRequest(right), changed)).toBe('unauthenticated unread');
  });

  it('is refused with another body, and its nonce is not spent', async () => {
    const authorization = signRequest(right);
    expect(await send(authorization, { body: '{"a":2}' })).toBe('unauthenticated');
    expect(await send(authorization)).toBe('mainframe');
  });

  const other = signRequest({ ...right, body: '{"a":2}' });
  const fieldOf = (name: string, authorization: string): string =>
    new RegExp(`${name}=([^,]+)`).exec(authorization)?.[1] ?? '';

  it.each(['id', 'ts', 'nonce', 'body', 'sig'])('is refused with another %s', async (name) => {
    const authorization = signRequest(right);
    const values: Readonly<Record<string, string>> = { id: 'somebody', ts: String(now - 1) };
    const changed = authorization.replace(
      `${name}=${fieldOf(name, authorization)}`,
      `${name}=${values[name] ?? fieldOf(name, other)}`,
    );
    expect(changed).not.toBe(authorization);
    expect(await send(changed)).toBe('unauthenticated unread');
  });

  it.each([
    ['another secret', () => signRequest({ ...right, secret: 'x'.repeat(32) })],
    ['a short nonce', () => signRequest({ ...right, nonce: 'short' })],
    ['a nonce with a comma', () => signRequest({ ...right, nonce: `${'n'.repeat(16)},ts` })],
    ['a time with a sign', () => signRequest(right).replace('ts=', 'ts=+')],
    ['a field more', () => `${signRequest(right)}, alg=none`],
    ['a field twice', () => signRequest(right).replace('id=', 'id=mainframe, id=')],
    [
      'the signature in capitals',
      () => signRequest(right).replace(/sig=\w+/, (sig) => sig.toUpperCase().replace('SIG', 'sig')),
    ],
    ['nothing', () => 'Stepgate-HMAC '],
  ])('is refused with %s', async (_what, authorization) => {
    expect(await send(authorization())).toBe('unauthenticated unread');
  });

  it('never lets two fields pass for one another', async () => {
    const authorization = signRequest({ ...right, method: 'POS', path: 'T/v1/decisions' });
    expect(await send(authorization)).toBe('unauthenticated unread');
  });
});

describe('a signed request when nobody can say whether it is new', () => {
  it('is not served', async () => {
    const away = createRedisConnection({ url: 'redis://127.0.0.1:1' });
    const { nonces } = createRedisState({ connection: away, secret: randomBytes(32) });
    const lonely = await openCallers({ hmac: [{ ...entry, secret }] }, nonces);
    lonely.setNow(now * 1_000);
    const identification = await lonely.callers.identify(requestWith(signRequest(right)));
    const confirm = 'problem' in identification ? null : identification.confirm;
    await expect(confirm?.(bodyHash(right.body))).rejects.toThrow(StateUnavailableError);
    away.close();
    await lonely.remove();
  });
});

describe('the secret of a signer', () => {
  it('may be in a file beside the key file, and is read again with it', async () => {
    const secretFile = `${scene.file}.secret`;
    await writeFile(secretFile, `${secret}\n`);
    await scene.write({ hmac: [{ ...entry, secret_file: 'keys.json.secret' }] });
    await scene.callers.reload();
    expect(scene.callers.files()).toEqual([scene.file, secretFile]);
    expect(await send(signRequest(right))).toBe('mainframe');
    await writeFile(secretFile, 'y'.repeat(40));
    await scene.callers.reload();
    expect(await send(signRequest(right))).toBe('unauthenticated unread');
  });

  it.each([
    ['a short secret', { secret: 'x'.repeat(31) }],
    ['no secret', {}],
    ['two secrets', { secret, secret_file: 'a' }],
  ])('is refused as %s', async (_what, secrets) => {
    await scene.write({ hmac: [{ ...entry, ...secrets }] });
    await expect(scene.callers.reload()).rejects.toThrow('not a key file');
    expect(await send(signRequest(right))).toBe('mainframe');
  });
});
