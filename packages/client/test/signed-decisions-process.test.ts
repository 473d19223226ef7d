import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import type { DecisionRequest } from '@stepgate/contracts';
import {
  createDeployment,
  forgedAnswers,
  reply,
  signatureFor,
  startEngineProcess,
  startHostileEngine,
  type Deployment,
  type EngineProcess,
  type Forgery,
  type HostileEngine,
} from '@stepgate/testing';
import { createStepgateClient, enforcementFor, type StepgateClient } from '../src/index.js';
import { attempt, allow as plainAllow } from './decisions.js';
import { answer, decide, startScriptedEngine } from './scripted-engine.js';

/** Everybody but Mallory gets in, so that each refusal below is the signature's. */
const policy = `
stepgate: v1
policy: open
rules:
  - {name: mallory, when: "subject.id == 'mallory'", decision: deny}
  - {name: carol, when: "subject.id == 'carol'", decision: step_up, require: mfa}
decide: {low: allow, medium: allow, high: allow}
`;

const secret = 'the secret of the deployment in this test';
const key = createSigningKey(secret, 'decisions');
const forgeries = forgedAnswers(key);

let directory: string;
let deployment: Deployment;
let engine: EngineProcess;
let hostile: HostileEngine;
let client: StepgateClient;

const clientOf = (engineUrl: string, timeoutMs = 5_000): StepgateClient =>
  createStepgateClient({
    engineUrl,
    apiKey: deployment.apiKey,
    timeoutMs,
    verifyKeys: publicKeysOf([key]),
  });

const loginOf = (subject: string): DecisionRequest => {
  const { attempt_id: _none, ...login } = attempt;
  return { ...login, subject: { ...login.subject, id: subject } };
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-signed-'));
  await writeFile(join(directory, 'open.yaml'), policy);
  deployment = {
    ...(await createDeployment(String(process.env['STEPGATE_TEST_REDIS_URL']), directory)),
    secret,
  };
  engine = await startEngineProcess(deployment, { env: { STEPGATE_SIGN: 'all' } });
  hostile = await startHostileEngine(engine.url);
  client = clientOf(hostile.url);
}, 60_000);
beforeEach(async () => {
  hostile.attacker = null;
  // What the attackers play back later.
  expect((await client.decide(loginOf('alice'))).kind).toBe('decided');
});
afterAll(async () => {
  client.close();
  await hostile.close();
  await engine.stop();
  await deployment.remove();
  await rm(directory, { recursive: true });
});

describe('a client that pins the keys of an engine that signs all', () => {
  it.each([
    ['alice', 'allow'],
    ['carol', 'step_up'],
    ['mallory', 'deny'],
  ])('takes for %s what the engine decides: %s', async (subject, decision) => {
    const login = loginOf(subject);
    const properties = { authenticators: ['totp' as const] };
    const asked = { ...login, subject: { ...login.subject, properties } };
    expect(await client.decide(asked)).toMatchObject({ kind: 'decided', decision: { decision } });
  });

  it('takes the judgement of a completion', async () => {
    const login = loginOf('carol');
    const properties = { authenticators: ['totp' as const] };
    const asked = await client.decide({ ...login, subject: { ...login.subject, properties } });
    const id = asked.kind === 'decided' ? asked.decision.decision_id : '';
    const judged = await client.complete(id, { authenticator: 'totp', amr: ['otp'] });
    expect(judged).toMatchObject({ kind: 'decided', decision: { decision: 'allow' } });
  });

  it("takes what is signed in the engine's stead with its own key: the forgeries fail for what they are", async () => {
    hostile.attacker = ({ body, response, path: _path }) => {
      const { attempt_id } = JSON.parse(body.toString()) as { attempt_id: string };
      const said = JSON.stringify({ ...plainAllow, attempt_id });
      reply(response, { body: said, signature: signatureFor(key, { body, answer: said }) });
    };
    expect(await client.decide(loginOf('mallory'))).toMatchObject({ kind: 'decided' });
  });

  const letIn = async (forgery: Forgery, ask: () => ReturnType<StepgateClient['decide']>) => {
    hostile.attacker = forgery.attacker;
    const result = await ask();
    expect(result.kind).toBe('unreachable');
    if (result.kind === 'unreachable' && forgery.isForged) expect(result.cause.code).toBe('forged');
    return enforcementFor(result).outcome === 'allow';
  };

  it.each(forgeries)('lets nobody in for $name', async (forgery) => {
    const hasty = forgery.name === 'a black hole' ? clientOf(hostile.url, 300) : client;
    expect(await letIn(forgery, () => hasty.decide(loginOf('mallory')))).toBe(false);
    expect(await letIn(forgery, () => hasty.decide(loginOf('alice')))).toBe(false);
    if (hasty !== client) hasty.close();
  });

  it.each(forgeries.filter(({ isForged }) => isForged))(
    'completes no step-up for $name',
    async (forgery) => {
      const id = '018f3b5c-0000-7000-8000-00000000000f';
      const opened = await letIn({ ...forgery, isForged: false }, () =>
        client.complete(id, { authenticator: 'passkey' }),
      );
      expect(opened).toBe(false);
    },
  );

  it('never allows on a forged answer, not even where an outage would', async () => {
    const open = { mode: 'allow', authenticators: null } as const;
    hostile.attacker = forgeries[0]?.attacker ?? null;
    const { outcome, marks } = enforcementFor(await client.decide(loginOf('alice')), open);
    expect([outcome, marks]).toEqual(['step_up', ['engine_unreachable', 'forged']]);
  });

  it('refuses what an engine of another deployment signs', async () => {
    const strange = createSigningKey('the secret of quite another deployment', 'decisions');
    const estranged = createStepgateClient({
      engineUrl: hostile.url,
      apiKey: deployment.apiKey,
      timeoutMs: 5_000,
      verifyKeys: publicKeysOf([strange]),
    });
    expect(await estranged.decide(loginOf('alice'))).toMatchObject({
      cause: { code: 'forged', detail: 'the signing key is not pinned' },
    });
    estranged.close();
  });

  it('knows both keys while the secret is rotated', async () => {
    const next = createSigningKey('the next secret of the same deployment', 'decisions');
    const patient = createStepgateClient({
      engineUrl: hostile.url,
      apiKey: deployment.apiKey,
      timeoutMs: 5_000,
      verifyKeys: publicKeysOf([next, key]),
    });
    expect(await patient.decide(loginOf('alice'))).toMatchObject({ kind: 'decided' });
    patient.close();
  });
});

describe('the engine', () => {
  it('publishes the key it signs with', async () => {
    const answered = await fetch(`${engine.url}/.well-known/stepgate-jwks.json`);
    expect([answered.status, await answered.json()]).toEqual([200, publicKeysOf([key])]);
  });
});

describe('without pinned keys', () => {
  it('an unsigned decision is taken, as ever', async () => {
    const unsigned = await startScriptedEngine(decide(plainAllow));
    const trusting = createStepgateClient({ engineUrl: unsigned.url, apiKey: 'key' });
    expect(await trusting.decide(attempt)).toMatchObject({ kind: 'decided' });
    unsigned.script = answer(503, {});
    expect(await trusting.decide(attempt)).toMatchObject({ cause: { code: 'unavailable' } });
    trusting.close();
    await unsigned.close();
  });
});

describe('createStepgateClient', () => {
  const options = { engineUrl: 'http://127.0.0.1:1', apiKey: 'key' };

  it.each([
    ['no key', { keys: [] }],
    ['half a key', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA', kid: 'a' } as const] }],
  ])('does not start with %s', (_name, verifyKeys) => {
    expect(() => createStepgateClient({ ...options, verifyKeys })).toThrow();
  });

  it('does not start with certificates for an engine that is asked in the clear', () => {
    expect(() => createStepgateClient({ ...options, tls: { ca: 'PEM' } })).toThrow('https');
  });
});
