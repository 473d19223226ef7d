import { allow, stepUp } from '../../../packages/client/test/decisions.js';
import { answer, decide, type Script } from '../../../packages/client/test/scripted-engine.js';
import { cookiesOf, exchange, type Received } from './http-exchange.js';
import { form, startGateway, type TestGateway } from './start-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ STEPGATE_TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(() => gateway.close());

const passwords = { alice: 'correct horse', bob: 'battery staple' };
const tokenFor = (subject: string, n = 1): string => `v1.kkkkkk.${subject}-${String(n)}.mac`;

/** Lets everybody in, and gives each subject the token that is its own. */
let decision: object = allow;
let nextToken: ((subject: string) => string) | null = tokenFor;
const engine: Script = (seen, response) => {
  if (seen.path === '/v1/events') {
    answer(202, { accepted: 1, duplicates: 0 })(seen, response);
    return;
  }
  const { id } = (seen.body['subject'] as { id?: string } | undefined) ?? {};
  const token = nextToken?.(id ?? 'alice');
  const expires_at = '2026-07-01T00:00:00Z';
  const device = token === undefined ? null : { token, expires_at };
  const isCompletion = seen.path.endsWith('/completion');
  (isCompletion ? answer(200, { ...allow, device }) : decide({ ...decision, device }))(
    seen,
    response,
  );
};
beforeEach(() => {
  decision = allow;
  nextToken = tokenFor;
  gateway.engine.script = engine;
});

const from = { 'x-forwarded-for': '203.0.113.7' };
const login = async (
  username: keyof typeof passwords,
  cookie = '',
  headers: Record<string, string> = {},
): Promise<Received> => {
  const sent = form({ username, password: passwords[username] });
  const received = await exchange(`${gateway.url}/login`, {
    ...sent,
    headers: { ...sent.headers, ...from, ...headers, cookie },
  });
  return received;
};
const jarOf = async (username: keyof typeof passwords, earlier = ''): Promise<string> =>
  cookiesOf(await login(username, earlier), earlier);
const askedDevice = (): unknown => {
  const asked = gateway.engine.seen.findLast(({ path }) => path === '/v1/decisions');
  return (asked?.body['context'] as Record<string, unknown>)['device'];
};
const setCookies = (received: Received): string =>
  (received.headers['set-cookie'] ?? []).join('\n');

describe('the device cookie', () => {
  it('is set from the answer once the login is let in, out of reach of scripts', async () => {
    const received = await login('alice');
    expect(setCookies(received)).toMatch(
      /stepgate_device=[\w-]{6}\.v1\.kkkkkk\.alice-1\.mac; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax/,
    );
    expect(received.text).not.toContain('kkkkkk');
  });

  it("brings the token back with the same subject's next login, and is not set again for nothing", async () => {
    const jar = await jarOf('alice');
    nextToken = null;
    const again = await login('alice', jar);
    expect(askedDevice()).toEqual({ token: tokenFor('alice') });
    expect(setCookies(again)).not.toContain('stepgate_device');
  });

  it('holds one token for each who signs in here, so that nobody is asked about with the token of another', async () => {
    const jar = await jarOf('bob', await jarOf('alice'));
    expect(jar).not.toMatch(/bob\.|alice\./);
    await login('alice', jar);
    expect(askedDevice()).toEqual({ token: tokenFor('alice') });
    await login('bob', jar);
    expect(askedDevice()).toEqual({ token: tokenFor('bob') });
  });

  it('gives way to the new token of the same subject', async () => {
    const jar = await jarOf('alice');
    nextToken = (subject) => tokenFor(subject, 2);
    const renewed = await jarOf('alice', jar);
    expect(renewed).toContain('alice-2');
    expect(renewed).not.toContain('alice-1');
  });

  it('stays small, whoever has put tokens into it', async () => {
    const many = Array.from({ length: 30 }, (_, n) => `tag-${String(10 + n)}.${'x'.repeat(180)}`);
    const jar = await jarOf('alice', `stepgate_device=${many.join('~')}`);
    const value = /stepgate_device=([^;]*)/.exec(jar)?.[1] ?? '';
    expect(value.startsWith(many[0] ?? '')).toBe(false);
    expect(value.split('~')).toHaveLength(8);
    expect(value).toContain('alice-1');
  });

  it.each(['', 'x', 'a'.repeat(5_000), 'zw%C3%B6lf', '~~~', 'abcdef.%00'])(
    'with %j in it names no device',
    async (value) => {
      await login('alice', `stepgate_device=${value}`);
      expect(askedDevice()).toBeUndefined();
    },
  );

  it('passes on what was done to a token, for the engine to find', async () => {
    const jar = (await jarOf('alice')).replace('alice-1', 'alice-2');
    await login('alice', jar);
    expect(askedDevice()).toEqual({ token: 'v1.kkkkkk.alice-2.mac' });
  });

  it('is not set by a login that is stepped up', async () => {
    decision = stepUp;
    expect(setCookies(await login('alice'))).not.toContain('stepgate_device');
  });

  it('is set by the completion of one', async () => {
    decision = stepUp;
    const challenged = await login('alice');
    const completed = await exchange(`${gateway.url}/stepgate/completion`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: cookiesOf(challenged), ...from },
      body: JSON.stringify({
        decision_id: stepUp.decision_id,
        authenticator: 'passkey',
        proof: { secret: 'alice-passkey' },
      }),
    });
    expect(completed.status).toBe(200);
    expect(setCookies(completed)).toContain('alice-1');
  });

  it('does not reach the application', async () => {
    const jar = await jarOf('alice');
    await exchange(`${gateway.url}/`, { headers: { ...from, cookie: `${jar}; own=1` } });
    expect(gateway.upstream.seen.at(-1)?.headers.cookie).not.toContain('stepgate_device');
  });

  it('names the device to forward-auth, unless the proxy does', async () => {
    const cookie = await jarOf('alice');
    const ask = (headers: Record<string, string>) =>
      exchange(`${gateway.url}/v1/authz/forward-auth`, {
        headers: { ...from, 'x-auth-subject': 'alice', cookie, ...headers },
      });
    await ask({});
    expect(askedDevice()).toEqual({ token: tokenFor('alice') });
    await ask({ 'x-device-id': 'laptop' });
    expect(askedDevice()).toEqual({ id: 'laptop' });
    await ask({ 'x-auth-subject': 'bob' });
    expect(askedDevice()).toBeUndefined();
  });
});

describe('client hints', () => {
  it('are told as the looks of the device', async () => {
    await login('alice', '', {
      'sec-ch-ua-platform': '"Windows"',
      'sec-ch-ua-mobile': '?0',
      'sec-ch-ua': '"Chromium";v="141"',
    });
    expect(askedDevice()).toEqual({ fingerprint: { platform: '"Windows"', mobile: '?0' } });
  });
});
