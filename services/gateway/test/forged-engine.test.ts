import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import {
  createDeployment,
  forgedAnswers,
  startEngineProcess,
  startHostileEngine,
  type Deployment,
  type EngineProcess,
  type HostileEngine,
} from '@stepgate/testing';
import { cookiesOf, exchange } from './http-exchange.js';
import { aliceLogin, form, startGateway, type TestGateway } from './start-gateway.js';

/** The engine lets everybody in, so that each refusal below is the gateway's own. */
const policy = `
stepgate: v1
policy: open
decide: {low: allow, medium: allow, high: allow}
`;

const secret = 'the secret of the deployment in this test';
const key = createSigningKey(secret, 'decisions');
const forgeries = forgedAnswers(key);

let directory: string;
let deployment: Deployment;
let engine: EngineProcess;
let hostile: HostileEngine;
let gateway: TestGateway;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-forged-'));
  await writeFile(join(directory, 'open.yaml'), policy);
  const jwksFile = join(directory, 'stepgate-jwks.json');
  await writeFile(jwksFile, JSON.stringify(publicKeysOf([key])));
  deployment = {
    ...(await createDeployment(String(process.env['STEPGATE_TEST_REDIS_URL']), directory)),
    secret,
  };
  engine = await startEngineProcess(deployment, { env: { STEPGATE_SIGN: 'all' } });
  hostile = await startHostileEngine(engine.url);
  gateway = await startGateway({
    STEPGATE_TRUSTED_PROXIES: '127.0.0.1',
    STEPGATE_ENGINE_URL: hostile.url,
    STEPGATE_API_KEY: deployment.apiKey,
    STEPGATE_ENGINE_JWKS_FILE: jwksFile,
  });
}, 60_000);
beforeEach(async () => {
  hostile.attacker = null;
  // What the attackers play back later.
  expect((await exchange(`${gateway.url}/login`, aliceLogin)).status).toBe(200);
});
afterAll(async () => {
  await gateway.close();
  await hostile.close();
  await engine.stop();
  await deployment.remove();
  await rm(directory, { recursive: true });
});

const ask = () =>
  exchange(`${gateway.url}/v1/authz/forward-auth`, {
    headers: { 'x-auth-subject': 'alice', 'x-forwarded-for': '203.0.113.7' },
  });

describe('a gateway that pins the keys of its engine', () => {
  it('lets in whom the engine lets in', async () => {
    const received = await ask();
    expect([received.status, received.headers['x-risk-marks']]).toEqual([200, 'none']);
  });

  it.each(forgeries)('answered with $name, steps a login up', async ({ attacker }) => {
    hostile.attacker = attacker;
    const received = await exchange(`${gateway.url}/login`, aliceLogin);
    expect(received.status).toBe(401);
    expect(received.json()).toMatchObject({ code: 'step_up_required', decision_id: null });
    expect(cookiesOf(received)).not.toMatch(/stepgate_session|toy_session/);
  });

  it.each(forgeries)('answered with $name, denies who has no second factor', async (forgery) => {
    hostile.attacker = forgery.attacker;
    const bob = form({ username: 'bob', password: 'battery staple' });
    expect((await exchange(`${gateway.url}/login`, bob)).status).toBe(403);
  });

  it.each(forgeries)('answered with $name, says so to the proxy', async (forgery) => {
    hostile.attacker = forgery.attacker;
    const received = await ask();
    expect(received.status).toBe(401);
    expect(received.headers['x-risk-marks']).toBe(
      forgery.isForged ? 'engine_unreachable,forged' : 'engine_unreachable',
    );
  });

  it('counts forged answers apart, and logs why', async () => {
    hostile.attacker = forgeries[0]?.attacker ?? null;
    await ask();
    const { text } = await exchange(`${gateway.url}/metrics`);
    expect(text).toMatch(/stepgate_engine_request_duration_seconds_count\{result="forged"\} [1-9]/);
    expect(gateway.log()).toContain('"cause":"forged"');
    expect(gateway.log()).toContain('no signature; does the engine sign all?');
  });
});

describe('where an engine that is away lets everybody in', () => {
  it('somebody who plays the engine still does not', async () => {
    const open = await startGateway({
      STEPGATE_TRUSTED_PROXIES: '127.0.0.1',
      STEPGATE_ENGINE_URL: hostile.url,
      STEPGATE_API_KEY: deployment.apiKey,
      STEPGATE_ENGINE_JWKS_FILE: join(directory, 'stepgate-jwks.json'),
      STEPGATE_FAIL_MODE: 'allow',
    });
    const statuses = new Set<number>();
    for (const { attacker } of forgeries.filter(({ isForged }) => isForged)) {
      hostile.attacker = attacker;
      statuses.add((await exchange(`${open.url}/login`, aliceLogin)).status);
    }
    expect([...statuses]).toEqual([401]);
    await open.close();
  });
});
