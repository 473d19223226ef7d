import { join } from 'node:path';
import type { DecisionResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Answer, type Api } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const max = 5;
const attempts = 1_000;
const rounds = 20;

let deployment: Deployment;
let engines: EngineProcess[];
let apis: Api[];

beforeAll(async () => {
  deployment = await createDeployment(redisUrl, join(__dirname, 'policies-limit-5'));
  // What is judged is that none is let through; how fast, with three engines on a shared machine, is not.
  const env = { STEPGATE_STATE_TIMEOUT_MS: '2000' };
  engines = await Promise.all([1, 2, 3].map(() => startEngineProcess(deployment, { env })));
  apis = engines.map(({ url }) => createApi(url, deployment.apiKey));
}, 90_000);

afterAll(async () => {
  for (const api of apis) api.close();
  await Promise.all(engines.map((engine) => engine.stop()));
  await deployment.remove();
});

const fullWidth = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));

/** Half of the attempts are spelt otherwise; all of them are one person. */
const spellings = (id: string): string[] => [
  id,
  id.toUpperCase(),
  id,
  ` ${id}`,
  id,
  fullWidth(id),
  id,
  `${id.slice(0, 1)}\u200b${id.slice(1)}\u2060`,
];

const wasLimited = ({ body }: Answer): boolean =>
  (body as DecisionResponse).reasons.some(({ code }) => code === 'limit_exceeded');

const post = (n: number, body: unknown): Promise<Answer> => {
  const api = apis[n % apis.length];
  if (api === undefined) throw new Error('no engine');
  return api.postUntilTaken('/v1/decisions', body);
};

describe('a limit of five', () => {
  it.each(Array.from({ length: rounds }, (_, round) => [round + 1]))(
    'lets exactly five of 1,000 parallel attempts pass over three engines (round %i)',
    async (round) => {
      const spelt = spellings(`alice ${String(round)} r`);
      const answers = await Promise.all(
        Array.from({ length: attempts }, (_, n) => post(n, login(spelt[n % spelt.length] ?? ''))),
      );
      const degraded = answers.filter(({ body }) => (body as DecisionResponse).degraded.length > 0);
      const denied = answers.filter(({ body }) => (body as DecisionResponse).decision === 'deny');
      const passed = answers.filter((answer) => !wasLimited(answer));
      const count = { degraded: degraded.length, denied: denied.length, passed: passed.length };
      expect(count).toEqual({ degraded: 0, denied: attempts - max, passed: max });
    },
    30_000,
  );
});
