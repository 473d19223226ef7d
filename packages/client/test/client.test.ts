import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { createStepgateClient, enforcementFor, type StepgateClient } from '../src/index.js';
import { allow, attempt, decisionId, deny, stepUp } from './decisions.js';
import {
  answer,
  decide,
  startScriptedEngine,
  type Script,
  type ScriptedEngine,
} from './scripted-engine.js';

let engine: ScriptedEngine;
let client: StepgateClient;

beforeAll(async () => {
  engine = await startScriptedEngine(decide(allow));
});
beforeEach(() => {
  client = createStepgateClient({ engineUrl: engine.url, apiKey: 'key-1', timeoutMs: 1_000 });
});
afterEach(() => {
  client.close();
});
afterAll(() => engine.close());

describe('decide', () => {
  it.each([allow, stepUp, deny])('returns the decision: $decision', async (decision) => {
    engine.script = decide(decision);
    expect(await client.decide(attempt)).toEqual({ kind: 'decided', decision });
    expect(engine.seen.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/decisions',
      authorization: 'Bearer key-1',
      body: attempt,
    });
  });

  it('gives every attempt an id of its own when the caller has none', async () => {
    engine.script = decide(allow);
    const { attempt_id: _none, ...anonymous } = attempt;
    const before = engine.seen.length;
    await client.decide(anonymous);
    await client.decide(anonymous);
    const [first, second] = engine.seen.slice(before).map(({ body }) => body['attempt_id']);
    expect(first).toEqual(expect.any(String));
    expect(second).toEqual(expect.any(String));
    expect(first).not.toBe(second);
  });

  const raw =
    (status: number, text: string): Script =>
    (_seen, response) => {
      response.writeHead(status).end(text);
    };
  const cutShort: Script = (_seen, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"decision":"allow"', () => response.destroy());
  };

  it.each<[string, Script, string]>([
    ['a 503', answer(503, {}), 'unavailable'],
    ['a 500 that carries an allow', decideWith(500), 'unavailable'],
    ['a 401 for the key', answer(401, {}), 'refused'],
    ['a redirect', answer(302, {}), 'unavailable'],
    ['a 204', raw(204, ''), 'unavailable'],
    ['an empty 200', raw(200, ''), 'unparsable'],
    ['a login page of something in between', raw(200, '<html>allow</html>'), 'unparsable'],
    ['an answer without a decision', answer(200, { decision: 'allow' }), 'unparsable'],
    ['an unknown outcome', decide({ ...allow, decision: 'ALLOW' }), 'unparsable'],
    ['a step-up without terms', decide({ ...stepUp, step_up: null }), 'unparsable'],
    [
      'an allow with the terms of a step-up',
      decide({ ...stepUp, decision: 'allow' }),
      'unparsable',
    ],
    [
      'an acr value that would break the challenge',
      decide({ ...stepUp, step_up: { ...stepUp.step_up, acr_values: ['a"b'] } }),
      'unparsable',
    ],
    ['more than any decision holds', raw(200, `"${'x'.repeat(300_000)}"`), 'unparsable'],
    ['an old allow played back', answer(200, { ...allow, attempt_id: 'attempt-0' }), 'mismatched'],
    ['a connection that dies half-way', cutShort, 'connection'],
    ['a connection that is reset', (_seen, response) => response.destroy(), 'connection'],
    ['no answer at all', () => undefined, 'timeout'],
    ['an answer that never ends', trickle, 'timeout'],
  ])('takes %s for unreachable', async (_name, script, code) => {
    engine.script = script;
    const result = await client.decide(attempt);
    expect(result).toMatchObject({ kind: 'unreachable', cause: { code } });
  });

  it('takes a dead address for unreachable', async () => {
    const dead = await startScriptedEngine(decide(allow));
    await dead.close();
    const orphan = createStepgateClient({ engineUrl: dead.url, apiKey: 'key-1' });
    expect(await orphan.decide(attempt)).toMatchObject({
      kind: 'unreachable',
      cause: { code: 'connection', detail: 'ECONNREFUSED' },
    });
    orphan.close();
  });

  it('holds its deadline', async () => {
    engine.script = trickle;
    const started = performance.now();
    await client.decide(attempt);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('sends again when the engine had closed the kept-alive socket', async () => {
    engine.script = decide(allow);
    await client.decide(attempt);
    let resets = 0;
    engine.script = (seen, response) => {
      resets += 1;
      if (resets === 1) response.destroy();
      else decide(allow)(seen, response);
    };
    expect(await client.decide(attempt)).toMatchObject({ kind: 'decided' });
    expect(resets).toBe(2);
  });

  it('lets no JSON but a whole allow for this very attempt pass', async () => {
    const fields = Object.keys(allow);
    const mutation = fc.oneof(
      fc.jsonValue(),
      fc
        .record({ field: fc.constantFrom(...fields), value: fc.jsonValue() })
        .map(({ field, value }) => ({ ...allow, [field]: value })),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async (body) => {
        engine.script = answer(200, body);
        const result = await client.decide(attempt);
        const opened = enforcementFor(result).outcome === 'allow';
        const candidate = body as Partial<typeof allow> | null;
        const mayOpen =
          candidate?.decision === 'allow' &&
          candidate.attempt_id === 'attempt-1' &&
          candidate.step_up === null;
        return !opened || mayOpen;
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('complete', () => {
  it('posts the step-up and returns the judgement', async () => {
    engine.script = answer(200, allow);
    const result = await client.complete(decisionId, { authenticator: 'passkey', amr: ['hwk'] });
    expect(result).toEqual({ kind: 'decided', decision: allow });
    expect(engine.seen.at(-1)).toMatchObject({
      path: `/v1/decisions/${decisionId}/completion`,
      body: { authenticator: 'passkey', amr: ['hwk'] },
    });
  });

  it('takes a judgement on another decision for unreachable', async () => {
    engine.script = answer(200, { ...allow, decision_id: '018f3b5c-0000-7000-8000-000000000002' });
    const result = await client.complete(decisionId, { authenticator: 'passkey' });
    expect(result).toMatchObject({ kind: 'unreachable', cause: { code: 'mismatched' } });
  });

  it('says why the engine refuses', async () => {
    const problem = { type: 'urn:x', title: 't', status: 409, detail: 'd', instance: 'i' };
    engine.script = answer(409, { ...problem, code: 'decision_used' });
    const result = await client.complete(decisionId, { authenticator: 'passkey' });
    expect(result).toMatchObject({
      cause: { code: 'refused', status: 409, detail: 'decision_used' },
    });
  });
});

describe('sendEvents and decision', () => {
  it('sends a batch', async () => {
    engine.script = answer(202, { accepted: 1, duplicates: 0 });
    const event = { id: 'e1', type: 'login_failed', subject: attempt.subject } as const;
    expect(await client.sendEvents([event])).toEqual({
      kind: 'accepted',
      counts: { accepted: 1, duplicates: 0, durable: false },
    });
    expect(engine.seen.at(-1)?.body).toEqual({ events: [event] });
  });

  it('does not count events as sent on any other answer', async () => {
    engine.script = answer(200, { accepted: 1, duplicates: 0 });
    const event = { id: 'e1', type: 'login_failed', subject: attempt.subject } as const;
    expect(await client.sendEvents([event])).toMatchObject({ kind: 'unreachable' });
  });

  it('tells an absent decision from an engine that is away', async () => {
    engine.script = answer(404, {});
    expect(await client.decision(decisionId)).toEqual({ kind: 'absent' });
    engine.script = answer(503, {});
    expect(await client.decision(decisionId)).toMatchObject({ kind: 'unreachable' });
  });
});

function decideWith(status: number): Script {
  return (seen, response) => {
    answer(status, { ...allow, attempt_id: seen.body['attempt_id'] })(seen, response);
  };
}

function trickle(_seen: unknown, response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => {
    clearInterval(timer);
  });
}
