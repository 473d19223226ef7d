import type { DecisionResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Api } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const minute = 60_000;
const day = 24 * 60 * minute;
const morning = Date.parse('2026-03-03T10:00:00Z');

let deployment: Deployment;
let engines: EngineProcess[];
let apis: Api[];

beforeAll(async () => {
  deployment = await createDeployment(redisUrl);
  engines = await Promise.all([1, 2].map(() => startEngineProcess(deployment, { mode: 'dev' })));
  apis = engines.map(({ url }) => createApi(url, deployment.apiKey));
}, 90_000);

afterAll(async () => {
  for (const api of apis) api.close();
  await Promise.all(engines.map((engine) => engine.stop()));
  await deployment.remove();
});

const at = (instant: number, n = 0): Api => {
  const api = apis[n % apis.length];
  if (api === undefined) throw new Error('no engine');
  return api.at(instant);
};

interface Place {
  readonly ip: string;
  readonly device: string;
}

/** Three logins on days before, each allowed to go on and told as such. */
const settle = async (id: string, { ip, device }: Place): Promise<void> => {
  for (let n = 3; n > 0; n -= 1) {
    const then = at(morning - n * day, n);
    const { decision_id } = await then.decide(login(id, { ip, device }));
    await then.complete(decision_id, { authenticator: 'passkey', amr: ['hwk', 'user'] });
    const subject = { type: 'user', id };
    await then.send({ type: 'login_succeeded', subject, decision_id });
  }
};

const failed = (id: string, ip: string) =>
  ({ type: 'login_failed', subject: { type: 'user', id }, context: { ip } }) as const;

const codesOf = ({ reasons }: DecisionResponse): readonly string[] =>
  reasons.map(({ code }) => code);

describe('strangers who attack a subject', () => {
  const home = { ip: '77.161.224.17', device: 'laptop' };
  const rounds = 20;
  const addresses = Array.from({ length: 100 }, (_, n) =>
    // Two hosters, and the victim's own block.
    n % 10 === 0
      ? `77.161.224.${String(100 + n)}`
      : `${n % 2 ? '185.220.101' : '45.83.64'}.${String(n)}`,
  );

  it('never cost its known device an allow, and step up every other', async () => {
    await settle('alice', home);
    const answers: { readonly own: DecisionResponse; readonly strange: DecisionResponse }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const now = morning + round * 2 * minute;
      const attackers = addresses.slice((round % 10) * 10, (round % 10) * 10 + 10);
      await Promise.all(
        attackers.flatMap((ip, n) => [
          at(now, n).decide(login('alice', { ip, device: `attacker ${ip}` })),
          at(now, n + 1).send(failed('alice', ip), failed('alice', ip)),
        ]),
      );
      answers.push({
        own: await at(now, round).decide(login('alice', home)),
        strange: await at(now, round).decide(login('alice', { ip: home.ip, device: 'new phone' })),
      });
    }
    expect(answers.map(({ own }) => own.decision)).toEqual(Array(rounds).fill('allow'));
    expect(answers.flatMap(({ own }) => own.reasons.filter(({ points }) => points > 0))).toEqual(
      [],
    );
    expect(answers.map(({ strange }) => strange.decision)).toEqual(Array(rounds).fill('step_up'));
    expect(codesOf((answers.at(-1) ?? answers[0])?.strange as DecisionResponse)).toEqual(
      expect.arrayContaining(['subject_failures', 'subject_stuffing', 'limit_exceeded']),
    );
  }, 120_000);

  it('do not use up what the known device may attempt, nor is that without a bound', async () => {
    await settle('bob', home);
    const now = morning + 1;
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        at(now, n).decide(
          login('bob', { ip: `45.83.64.${String(n)}`, device: `bot ${String(n)}` }),
        ),
      ),
    );
    const own = await Promise.all(
      Array.from({ length: 30 }, (_, n) => at(now, n).decide(login('bob', home))),
    );
    expect(own.filter(({ decision }) => decision === 'allow')).toHaveLength(10);
  }, 60_000);
});

describe('an infected machine in an office', () => {
  const office = '80.60.12.34';
  const colleagues = Array.from({ length: 20 }, (_, n) => `colleague-${String(n)}`);
  const deviceOf = (id: string): Place => ({ ip: office, device: `laptop of ${id}` });

  beforeAll(async () => {
    await Promise.all(colleagues.map((id) => settle(id, deviceOf(id))));
    for (let n = 0; n < 40; n += 1)
      await at(morning, n).send(failed(`target-${String(n)}`, office));
  }, 120_000);

  it('does not cost those who work there an allow', async () => {
    const answers = await Promise.all(
      colleagues.map((id, n) => at(morning + minute, n).decide(login(id, deviceOf(id)))),
    );
    expect(answers.map(({ decision }) => decision)).toEqual(colleagues.map(() => 'allow'));
  });

  it('costs a strange device there what it costs anywhere', async () => {
    const [first = ''] = colleagues;
    const answers = await Promise.all(
      [first, 'target-3', 'somebody-else'].map((id, n) =>
        at(morning + minute, n).decide(login(id, { ip: office, device: 'infected' })),
      ),
    );
    for (const answer of answers) {
      expect(answer.decision).toBe('step_up');
      expect(codesOf(answer)).toContain('source_spraying');
    }
  });

  it('makes no bad network of the addresses around', async () => {
    const [first = ''] = colleagues;
    const place = { ip: '80.60.12.77', device: deviceOf(first).device };
    const answer = await at(morning + minute).decide(login(first, place));
    expect(answer.decision).toBe('allow');
    expect(codesOf(answer)).not.toContain('network_spraying');
  });
});

describe('spraying that changes its address within one network', () => {
  it('is found by block, and by network', async () => {
    const now = morning + 3 * 60 * minute;
    for (let n = 0; n < 60; n += 1) {
      const ip = `109.38.${String(n % 3)}.${String(10 + (n % 20))}`;
      await at(now, n).send(failed(`sprayed-${String(n)}`, ip));
    }
    const fresh = login('zoe', { ip: '109.38.1.200', device: 'phone' });
    expect((await at(now).decide(fresh)).reasons).toContainEqual({
      code: 'network_spraying',
      points: 25,
      detail: { scope: 'block', distinct_subjects: 20, window_minutes: 10 },
    });
    const beside = login('zoe', { ip: '109.38.77.1', device: 'phone' });
    expect((await at(now).decide(beside)).reasons).toContainEqual({
      code: 'network_spraying',
      points: 10,
      detail: { scope: 'network', distinct_subjects: 60, window_minutes: 60 },
    });
  }, 60_000);
});
