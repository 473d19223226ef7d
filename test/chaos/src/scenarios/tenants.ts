import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import { createApiKey, waitUntil } from '@stepgate/cli';
import { operationIds, routes, type OperationId, type Route } from '@stepgate/contracts';
import { createApi, type Check } from '@stepgate/testing';
import { ask, keepAlive, type Answer } from '../http/ask.js';
import { loginBody } from '../http/decision-question.js';
import { withRig, type Rig } from '../http/rig.js';
import type { Scenario } from '../scenario.js';

const victim = { type: 'user', id: 'alice-of-the-first-tenant' };

interface Probe {
  readonly parameters: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * How each operation is asked about something: of the other tenant, or of nobody. An operation that is
 * missing here does not compile, so that a new route cannot be forgotten.
 */
const probes: Readonly<Record<OperationId, (thing: Thing) => Probe>> = {
  decide: ({ subject }) => ({ parameters: {}, body: loginBody(subject) }),
  completeDecision: ({ decision }) => ({
    parameters: { id: decision },
    body: { authenticator: 'totp' },
  }),
  getDecision: ({ decision }) => ({ parameters: { id: decision } }),
  recordEvents: ({ subject, decision }) => ({
    parameters: {},
    body: {
      id: randomUUID(),
      type: 'push_denied',
      subject: { type: 'user', id: subject },
      decision_id: decision,
    },
  }),
  recordIdpEvents: () => ({ parameters: { format: 'duo' }, body: [] }),
  verifyEventHook: () => ({ parameters: { format: 'okta' } }),
  getSubject: ({ subject }) => ({ parameters: { type: 'user', id: subject } }),
  exportSubject: ({ subject }) => ({ parameters: { type: 'user', id: subject } }),
  eraseSubject: ({ subject }) => ({ parameters: { type: 'user', id: subject } }),
  listPolicies: () => ({ parameters: {} }),
  publicKeys: () => ({ parameters: {} }),
};

interface Thing {
  readonly subject: string;
  readonly decision: string;
}

interface Stage {
  readonly rig: Rig;
  readonly agent: Agent;
  readonly url: string;
}

const send = (
  { url, agent }: Stage,
  operation: OperationId,
  { key, thing }: { readonly key: string | null; readonly thing: Thing },
): Promise<Answer> => {
  const route: Route = routes[operation];
  const { parameters, body } = probes[operation](thing);
  const path = route.path.replace(/\{(\w+)\}/g, (_whole, name: string) => parameters[name] ?? '');
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return ask(
    {
      url: url + path,
      method: route.method.toUpperCase(),
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    agent,
  );
};

/** All but what is another with every request. */
const shape = ({ status, text }: Answer): string =>
  `${String(status)} ${text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')}`;

const keysFor = async ({ rig, url, agent }: Stage): Promise<Record<'foreign' | 'poor', string>> => {
  const { keysFile } = rig.deployment;
  const file = JSON.parse(await readFile(keysFile, 'utf8')) as { keys: unknown[] };
  const scopes = ['decide', 'events', 'read', 'admin'];
  const foreign = createApiKey('foreign', { tenant: 'other', scopes });
  const poor = createApiKey('poor', { tenant: 'test', scopes: ['decide'] });
  await writeFile(keysFile, JSON.stringify({ keys: [...file.keys, foreign.entry, poor.entry] }));
  const authorization = `Bearer ${foreign.key}`;
  const question = { url: `${url}/v1/policies`, method: 'GET', headers: { authorization } };
  await waitUntil(async () => (await ask(question, agent)).status === 200, {
    timeoutMs: 20_000,
    what: () => 'the key of the other tenant is not known',
  });
  return { foreign: foreign.key, poor: poor.key };
};

/** What one operation writes must not be what tells the ids of the next apart. */
const readsFirst = ['get', 'post', 'delete'].flatMap((method) =>
  operationIds.filter((operation) => routes[operation].method === method),
);

const zero = (name: string, found: readonly string[]): Check => ({
  name: found.length === 0 ? name : `${name} (${found.join(', ')})`,
  value: found.length,
  target: '0',
  holds: found.length === 0,
});

const playMatrix = async (stage: Stage): Promise<readonly Check[]> => {
  const { rig } = stage;
  const { foreign, poor } = await keysFor(stage);
  const owner = createApi(stage.url, rig.deployment.apiKey);
  const decision = await owner.decide(loginBody(victim.id));
  await owner.send({ type: 'login_failed', subject: victim });
  const own: Thing = { subject: victim.id, decision: decision.decision_id };
  const leaks: string[] = [];
  const open: string[] = [];
  for (const operation of readsFirst) {
    const route: Route = routes[operation];
    const missing: Thing = { subject: `nobody-${randomUUID()}`, decision: randomUUID() };
    const [theirs, nobodys] = [
      await send(stage, operation, { key: foreign, thing: own }),
      await send(stage, operation, { key: foreign, thing: missing }),
    ];
    if (shape(theirs) !== shape(nobodys) || theirs.text.includes(own.decision)) {
      leaks.push(operation);
    }
    if (route.scope === null) continue;
    const strangers = await Promise.all(
      [null, 'sg_garbage', ...(route.scope === 'decide' ? [] : [poor])].map((key) =>
        send(stage, operation, { key, thing: own }),
      ),
    );
    if (strangers.some(({ status }) => status !== 401 && status !== 403)) open.push(operation);
  }
  const after = await owner.get(`/v1/decisions/${own.decision}`);
  owner.close();
  return [
    zero(
      `of ${String(operationIds.length)} operations, tell a foreign id from a missing one`,
      leaks,
    ),
    zero('open without a key or its scope', open),
    zero(
      'the other tenant changed or erased',
      after.status === 200 ? [] : [`the decision is answered ${String(after.status)}`],
    ),
  ];
};

export const tenants: Scenario = {
  name: 'tenants',
  promise: "another tenant's ids are ids that do not exist, on every route there is",
  limitSeconds: 120,
  run: () =>
    withRig({}, async (rig) => {
      const agent = keepAlive(8);
      try {
        return await playMatrix({ rig, agent, url: rig.engine.url });
      } finally {
        agent.destroy();
      }
    }),
};
