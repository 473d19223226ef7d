import { join } from 'node:path';
import { decisionResponseSchema, type SubjectResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Api } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const max = 3;
const sessions = 1_000;
const rounds = 20;

let deployment: Deployment;
let engines: EngineProcess[];
let apis: Api[];

beforeAll(async () => {
  deployment = await createDeployment(redisUrl, join(__dirname, 'policies-prompts-3'));
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

const api = (n: number): Api => {
  const found = apis[n % apis.length];
  if (found === undefined) throw new Error('no engine');
  return found;
};

describe('a limit of three prompts', () => {
  it.each(Array.from({ length: rounds }, (_, round) => [round + 1]))(
    'lets a phone ring exactly three times for 1,000 sessions at once over three engines (round %i)',
    async (round) => {
      const id = `bombed ${String(round)}`;
      const known = login(id);
      await api(0).send({
        type: 'login_succeeded',
        subject: { type: 'user', id },
        context: known.context,
      });
      const answers = await Promise.all(
        Array.from({ length: sessions }, async (_, n) => {
          const action = { name: 'push_challenge' } as const;
          const context = { ...known.context, session_id: `session ${String(n)}` };
          const { body } = await api(n).postUntilTaken('/v1/decisions', {
            ...known,
            action,
            context,
          });
          return decisionResponseSchema.parse(body);
        }),
      );
      const sent = answers.filter(({ decision }) => decision === 'allow');
      const withheld = answers.filter(
        ({ decision, step_up: stepUp }) =>
          decision === 'step_up' &&
          stepUp?.forbidden.includes('push') === true &&
          stepUp.authenticators.join() === 'passkey,totp',
      );
      const degraded = answers.filter((answer) => answer.degraded.length > 0);
      const counts = { sent: sent.length, withheld: withheld.length, degraded: degraded.length };
      expect(counts).toEqual({ sent: max, withheld: sessions - max, degraded: 0 });
    },
    30_000,
  );
});

describe('a hundred denials at once, over three engines', () => {
  it('open exactly one alert, with the shipped threshold of five', async () => {
    const subject = { type: 'user', id: 'denier' };
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => api(n).send({ type: 'push_denied', subject })),
    );
    const { body } = await api(0).get('/v1/subjects/user/denier');
    const { alert, push } = body as SubjectResponse;
    expect(push).toMatchObject({ unanswered: 100, rung: 10 });
    expect(alert).toMatchObject({ kind: 'push_fatigue', severity: 'critical' });
  });
});
