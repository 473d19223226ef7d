import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import type { DecisionResponse } from '@stepgate/contracts';
import { createApi, login, type Api } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const thief = { ip: '1.40.32.17', device: 'burner' };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let deployment: Deployment;
let engine: EngineProcess;
let api: Api;
const start = Date.now() - 20 * dayMs;

beforeAll(async () => {
  deployment = await createDeployment(redisUrl);
  engine = await startEngineProcess(deployment, { mode: 'dev' });
  api = createApi(engine.url, deployment.apiKey);
}, 60_000);

afterAll(async () => {
  api.close();
  await engine.stop();
  await deployment.remove();
});

const user = (id: string) => ({ type: 'user', id });
const codesOf = ({ reasons }: DecisionResponse): string[] => reasons.map(({ code }) => code);

/** Asked, passed where something was asked, and told to have succeeded. */
const signIn = async (
  id: string,
  from: Parameters<typeof login>[1],
  at: number,
): Promise<string> => {
  const then = api.at(at);
  const asked = await then.decide(login(id, from));
  if (asked.decision === 'step_up') {
    await then.complete(asked.decision_id, { authenticator: 'totp', amr: ['otp'] });
  }
  await then.send({
    type: 'login_succeeded',
    subject: user(id),
    decision_id: asked.decision_id,
  });
  return asked.decision_id;
};

const afterTheft = async (id: string): Promise<string> => {
  for (let n = 0; n < 3; n += 1) await signIn(id, {}, start + n * dayMs);
  const stolen = await signIn(id, thief, start + 6 * dayMs);
  await signIn(id, thief, start + 8 * dayMs);
  return stolen;
};

describe('feedback', () => {
  it("takes back what the thief's logins have taught, from the one that is named on", async () => {
    const stolen = await afterTheft('dora');
    const again = await api.at(start + 9 * dayMs).decide(login('dora', thief));
    expect(codesOf(again)).not.toContain('device_unseen');
    await api.at(start + 10 * dayMs).send({
      type: 'feedback_compromised',
      subject: user('dora'),
      decision_id: stolen,
    });
    const later = api.at(start + 12 * dayMs);
    const thiefLater = await later.decide(login('dora', thief));
    expect(codesOf(thiefLater)).toEqual(
      expect.arrayContaining(['device_unseen', 'country_unseen', 'asn_unseen']),
    );
    const owner = await later.decide(login('dora'));
    expect(owner.decision).toBe('allow');
    expect(codesOf(owner)).not.toContain('device_unseen');
  });

  it('takes back from a time on, when that is what is known', async () => {
    await afterTheft('emil');
    const since = new Date(start + 5 * dayMs).toISOString();
    await api.at(start + 10 * dayMs).send({
      type: 'feedback_compromised',
      subject: user('emil'),
      data: { since },
    });
    const seen = await api.at(start + 12 * dayMs).get('/v1/subjects/user/emil');
    expect(seen.body).toMatchObject({ logins: 3, countries: ['NL'] });
  });

  it('locks all devices for a day, and an explicit all-clear lifts that', async () => {
    await afterTheft('fay');
    const at = start + 10 * dayMs;
    await api.at(at).send({ type: 'feedback_compromised', subject: user('fay') });
    expect((await api.at(at + hourMs).decide(login('fay'))).decision).toBe('deny');
    await api.at(at + 2 * hourMs).send({ type: 'feedback_legitimate', subject: user('fay') });
    expect((await api.at(at + 3 * hourMs).decide(login('fay'))).decision).toBe('allow');
  });

  it('learns the login that an analyst vouches for, though nobody had proven it', async () => {
    for (let n = 0; n < 3; n += 1) await signIn('gus', {}, start + n * dayMs);
    const holiday = { ip: thief.ip, device: 'tablet' };
    const asked = await api.at(start + 6 * dayMs).decide(login('gus', holiday));
    expect(asked.decision).toBe('step_up');
    await api.at(start + 6 * dayMs + hourMs).send({
      type: 'feedback_legitimate',
      subject: user('gus'),
      decision_id: asked.decision_id,
    });
    const again = await api.at(start + 7 * dayMs).decide(login('gus', holiday));
    expect(again.decision).toBe('allow');
  });
});
