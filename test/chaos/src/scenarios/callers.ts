import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import { waitUntil } from '@stepgate/cli';
import type { Check } from '@stepgate/testing';
import { forgedTokens } from '../forged-tokens.js';
import { ask, keepAlive, type Answer } from '../http/ask.js';
import { loginBody } from '../http/decision-question.js';
import { ms } from '../http/quantile.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';
import { signRequest } from '../signed-request.js';
import { createTokenIssuer, jwtEntryOf, signToken, type TokenIssuer } from '../token-issuer.js';

const replays = 1_000;
const inForceWithinMs = 5_000;
const granted = { tenant: 'test', scopes: ['decide', 'read'] };
const seconds = (): number => Math.floor(Date.now() / 1_000);

interface Stage {
  readonly rig: Rig;
  readonly agent: Agent;
  readonly party: TokenIssuer;
  readonly secret: string;
}

const policies = (url: string, token: string, agent: Agent): Promise<Answer> =>
  ask(
    { url: `${url}/v1/policies`, method: 'GET', headers: { authorization: `Bearer ${token}` } },
    agent,
  );

const untilAnswered = async (status: number, question: () => Promise<Answer>): Promise<number> => {
  const startedAt = performance.now();
  await waitUntil(async () => (await question()).status === status, {
    timeoutMs: 20_000,
    what: () => `no ${String(status)} came`,
  });
  return performance.now() - startedAt;
};

/** Adds callers to the file that the engines watch, and waits for the last of them. */
const addCallers = async ({ rig, agent, party, secret }: Stage): Promise<number> => {
  const { keysFile } = rig.deployment;
  const file: object = JSON.parse(await readFile(keysFile, 'utf8')) as object;
  const jwt = [jwtEntryOf(party, { id: 'jwt', ...granted })];
  await writeFile(
    keysFile,
    JSON.stringify({ ...file, jwt, hmac: [{ id: 'signer', ...granted, secret }] }),
  );
  const token = signToken(party, { now: seconds() });
  return untilAnswered(200, () => policies(rig.engine.url, token, agent));
};

const playForgeries = async ({ rig, agent, party }: Stage): Promise<Check> => {
  const tokens = forgedTokens(party, seconds());
  let accepted = 0;
  for (const { token } of tokens) {
    // What no header may hold is not even sent.
    if (!/^[\x21-\x7e]*$/.test(token)) continue;
    const { status } = await policies(rig.engine.url, token, agent);
    if (status !== 401) accepted += 1;
  }
  return {
    name: `${String(tokens.length)} forged tokens, accepted`,
    value: accepted,
    target: '0',
    holds: accepted === 0 && tokens.length >= 50,
  };
};

/** One signed request, sent as often as an attacker on the wire can, to both engines. */
const playReplays = async ({ rig, secret }: Stage, second: string): Promise<Check> => {
  const agent = keepAlive(500);
  const body = JSON.stringify(loginBody('alice'));
  const path = '/v1/decisions';
  const ts = seconds();
  const authorization = signRequest({ id: 'signer', secret, method: 'POST', path, body, ts });
  const headers = { 'content-type': 'application/json', authorization };
  const answers = await Promise.all(
    Array.from({ length: replays }, (_, n) =>
      ask({ url: (n % 2 === 0 ? rig.engine.url : second) + path, headers, body }, agent),
    ),
  );
  agent.destroy();
  const accepted = answers.filter(({ status }) => status === 200).length;
  return {
    name: `${String(replays)} parallel replays of a signed request, accepted`,
    value: accepted,
    target: '1',
    holds: accepted === 1,
  };
};

/** Under load of the key that stays, another is taken out of the file. */
const playRevocation = async (stage: Stage): Promise<readonly Check[]> => {
  const { rig, agent } = stage;
  const { keysFile, apiKey, otherKeys } = rig.deployment;
  const [gone = ''] = otherKeys;
  const file = JSON.parse(await readFile(keysFile, 'utf8')) as { keys: unknown[] };
  const load = { goesOn: true };
  const refused: number[] = [];
  const askAlong = async (): Promise<void> => {
    while (load.goesOn) {
      const { status } = await policies(rig.engine.url, apiKey, agent);
      if (status === 401) refused.push(status);
    }
  };
  const asking = askAlong();
  await writeFile(keysFile, JSON.stringify({ ...file, keys: file.keys.slice(0, 1) }));
  const revokedMs = await untilAnswered(401, () => policies(rig.engine.url, gone, agent));
  load.goesOn = false;
  await asking;
  return [
    {
      name: 'a key is dead after',
      value: ms(revokedMs),
      target: `<= ${String(inForceWithinMs)} ms`,
      holds: revokedMs <= inForceWithinMs,
    },
    {
      name: 'the valid key, refused meanwhile',
      value: refused.length,
      target: '0',
      holds: refused.length === 0,
    },
  ];
};

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({ keys: 2 }, async (rig) => {
    const agent = keepAlive(16);
    const stage: Stage = {
      rig,
      agent,
      party: createTokenIssuer('idp'),
      secret: randomBytes(32).toString('base64url'),
    };
    const knownMs = await addCallers(stage);
    context.log(`new callers were in force after ${String(Math.round(knownMs))} ms`);
    const second = await rig.startEngine();
    const checks = [
      await playForgeries(stage),
      await playReplays(stage, second.url),
      ...(await playRevocation(stage)),
    ];
    agent.destroy();
    return checks;
  });

export const callers: Scenario = {
  name: 'callers',
  promise: 'no forged token is believed, a signed request counts once, a revoked key dies in 5 s',
  limitSeconds: 120,
  run,
};
