import { generateKeyPairSync } from 'node:crypto';
import type { Alert } from '@stepgate/assessment';
import type { JSONWebKeySet } from 'jose';
import { createPost } from '../src/sinks/outbound/post.js';
import { systemLookup } from '../src/sinks/outbound/target-guard.js';
import type { SigningKey, SsfSpec } from '../src/sinks/sink-spec.js';
import { publicJwks } from '../src/sinks/ssf/public-jwks.js';
import { parseSigningKey } from '../src/sinks/ssf/signing-key.js';
import { createSsfSink } from '../src/sinks/ssf/ssf-sink.js';
import { startReceiver, status, type Answer, type Receiver } from './receiver.js';
import { never } from './samples.js';
import { judgeSet, type Expected, type ReceivedSet } from './set-receiver.js';
import { limits } from './specs.js';

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
export const riskChange = `${caep}risk-level-change`;
export const sessionRevoked = `${caep}session-revoked`;

export const pem = (key: ReturnType<typeof generateKeyPairSync>['privateKey']): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const parsed = (text: string): SigningKey => {
  const key = parseSigningKey(text);
  if (key === null) throw new Error('no key');
  return key;
};
export const rsaKey = parsed(pem(rsa));
export const ecKey = parsed(pem(ec));

const receivers: Receiver[] = [];
export const stopReceivers = async (): Promise<void> => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
};

export const issuer = 'https://risk.acme.example';
export const audience = 'https://idp.acme.example/ssf';
export const specFor = (url: URL, changes: Partial<SsfSpec>): SsfSpec => ({
  type: 'ssf',
  name: 'idp',
  atLeast: 'low',
  tenants: [],
  parts: { subject: true, context: false },
  concurrency: 4,
  retryDelaysMs: null,
  runbookUrl: 'docs/fatigue-runbook.md',
  limits,
  target: { allowAddresses: [], allowLoopback: true },
  ca: null,
  url,
  token: null,
  issuer,
  audience,
  shape: 'ssf',
  events: ['risk-level-change', 'session-revoked'],
  subjectFormat: { format: 'iss_sub', iss: 'https://idp.acme.example' },
  signingKeys: [rsaKey],
  ...changes,
});

export const now = Date.parse('2026-01-01T00:10:00Z');
export const scene = async (answer: Answer = status(202), changes: Partial<SsfSpec> = {}) => {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  const spec = specFor(receiver.url, changes);
  const sink = createSsfSink(spec, {
    post: createPost({ ...spec, lookup: systemLookup }),
    clock: () => now,
  });
  const jwks = publicJwks([spec]) as JSONWebKeySet;
  const expected: Expected = { issuer, audience, jwks };
  /** What a receiver makes of all that arrived, by event. */
  const judged = async (): Promise<Record<string, ReceivedSet>> => {
    const results = await Promise.all(
      receiver.received.map(({ body }) => judgeSet(body, expected)),
    );
    return Object.fromEntries(
      results.map((result) => {
        if (result.status !== 202) throw new Error(`refused: ${result.err}`);
        return [Object.keys(result.claims.events)[0], result.claims];
      }),
    );
  };
  const send = (sent: Alert, signal = never) => sink(sent, signal);
  return { received: receiver.received, send, judged };
};
