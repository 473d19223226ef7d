import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import { createStepgateClient, enforcementFor, type StepgateClient } from '@stepgate/client';
import type { DecisionRequest } from '@stepgate/contracts';
import { forgedAnswers, startHostileEngine, type Forgery } from '@stepgate/testing';
import { withRig } from '../http/rig.js';
import type { Scenario } from '../scenario.js';

/** Whatever opens a door here is a forgery: the engine itself lets in Alice only. */
const policy = `
stepgate: v1
policy: alice-only
rules:
  - {name: alice, when: "subject.id == 'alice'", decision: allow}
decide: {low: deny, medium: deny, high: deny}
`;

const loginOf = (subject: string): DecisionRequest => ({
  subject: { type: 'user', id: subject },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: { ip: '203.0.113.7' },
});

const outcomeOf = async (client: StepgateClient, subject: string): Promise<string> =>
  enforcementFor(await client.decide(loginOf(subject))).outcome;

interface Tried {
  readonly answers: number;
  readonly opened: readonly string[];
  /** False answers that were not recognised as forged but failed otherwise. */
  readonly unnamed: readonly string[];
}

const tryAll = async (
  client: StepgateClient,
  forgeries: readonly Forgery[],
  attack: (forgery: Forgery | null) => void,
): Promise<Tried> => {
  const opened: string[] = [];
  const unnamed: string[] = [];
  for (const forgery of forgeries) {
    // An allow that is worth playing back.
    attack(null);
    await client.decide(loginOf('alice'));
    attack(forgery);
    const result = await client.decide(loginOf('mallory'));
    if (enforcementFor(result).outcome === 'allow') opened.push(forgery.name);
    const code = result.kind === 'unreachable' ? result.cause.code : 'decided';
    if (forgery.isForged && code !== 'forged') unnamed.push(forgery.name);
  }
  attack(null);
  return { answers: forgeries.length, opened, unnamed };
};

const inOrder = (forgeries: readonly Forgery[], random: () => number): readonly Forgery[] =>
  forgeries
    .map((forgery) => ({ forgery, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ forgery }) => forgery);

const play = async (
  policyDir: string,
  { rounds, random }: { readonly rounds: number; readonly random: () => number },
) =>
  withRig({ policyDir, env: { STEPGATE_SIGN: 'all' }, quiet: true }, async (rig) => {
    const key = createSigningKey(rig.deployment.secret, 'decisions');
    const hostile = await startHostileEngine(rig.engine.url);
    const client = createStepgateClient({
      engineUrl: hostile.url,
      apiKey: rig.deployment.apiKey,
      timeoutMs: 1_000,
      verifyKeys: publicKeysOf([key]),
    });
    try {
      const honest = [await outcomeOf(client, 'alice'), await outcomeOf(client, 'mallory')];
      const corpus = forgedAnswers(key);
      const forgeries = Array.from({ length: rounds }, () => inOrder(corpus, random)).flat();
      const tried = await tryAll(client, forgeries, (forgery) => {
        hostile.attacker = forgery?.attacker ?? null;
      });
      return { ...tried, honest: honest.join(', ') };
    } finally {
      client.close();
      await hostile.close();
    }
  });

export const fakeEngine: Scenario = {
  name: 'fake-engine',
  promise: "something on the engine's address cannot say allow to a client that pins its keys",
  limitSeconds: 120,
  run: async ({ quick, random, log }) => {
    const policyDir = await mkdtemp(join(tmpdir(), 'stepgate-fake-engine-'));
    try {
      await writeFile(join(policyDir, 'alice-only.yaml'), policy);
      const { answers, opened, unnamed, honest } = await play(policyDir, {
        rounds: quick ? 1 : 5,
        random,
      });
      for (const name of [...opened, ...unnamed]) log(`taken for something else: ${name}`);
      return [
        {
          name: 'the real engine, unmolested',
          value: honest,
          target: 'allow, deny',
          holds: honest === 'allow, deny',
        },
        {
          name: `allows out of ${String(answers)} false answers`,
          value: opened.length,
          target: '0',
          holds: answers >= 40 && opened.length === 0,
        },
        {
          name: 'forgeries not told from an outage',
          value: unnamed.length,
          target: '0',
          holds: unnamed.length === 0,
        },
      ];
    } finally {
      await rm(policyDir, { recursive: true });
    }
  },
};
