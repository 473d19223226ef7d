import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDeployment, startEngineProcess, type Deployment } from '@stepgate/testing';
import { createApi, login } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const entry = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const run = promisify(execFile);
const env = { STEPGATE_STATE_INIT: 'empty', STEPGATE_STATE_TIMEOUT_MS: '5000' };

describe('what a person may ask for', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await createDeployment(redisUrl);
  });
  afterAll(() => deployment.remove());

  const stepgate = (url: string, ...args: string[]): Promise<{ readonly stdout: string }> =>
    run(process.execPath, [entry, ...args], {
      env: { STEPGATE_ENGINE_URL: url, STEPGATE_API_KEY: deployment.apiKey },
    });

  it('is given out and erased by a command, and a lock stays', async () => {
    const engine = await startEngineProcess(deployment, { mode: 'dev', env });
    const api = createApi(engine.url, deployment.apiKey);
    const subject = { type: 'user', id: 'olga@example.com' };
    const { decision_id: decisionId } = await api.decide(login(subject.id));
    await api.send({ type: 'login_succeeded', subject, context: { ip: '77.161.224.17' } });
    await api.send({ type: 'feedback_compromised', subject });
    const { stdout } = await stepgate(engine.url, 'subject', 'export', 'user', subject.id);
    expect(JSON.parse(stdout)).toMatchObject({
      subject: { logins: 1, lock: { reason: 'feedback_compromised' } },
      decisions: [{ decision_id: decisionId }],
      retention: { decisions: '24 h' },
    });
    expect(stdout).not.toContain(subject.id);
    await stepgate(engine.url, 'subject', 'erase', 'user', subject.id);
    const left = await stepgate(engine.url, 'subject', 'export', 'user', subject.id);
    expect(JSON.parse(left.stdout)).toMatchObject({
      subject: { logins: 0, lock: { reason: 'feedback_compromised' } },
      decisions: [],
      traits: [],
      places: [],
    });
    await expect(stepgate(engine.url, 'subject', 'export', 'user', 'nobody')).rejects.toMatchObject(
      {
        code: 1,
      },
    );
    api.close();
    await engine.stop();
  }, 60_000);

  it('stays the same while the secret of the deployment is changed', async () => {
    const old = await startEngineProcess(deployment, { mode: 'dev', env });
    const before = createApi(old.url, deployment.apiKey);
    const [locked, denied] = ['rotation-locked', 'rotation-denied'];
    const about = (id: string) => ({ subject: { type: 'user', id } }) as const;
    await before.send({ type: 'feedback_compromised', ...about(locked) });
    for (let n = 0; n < 4; n += 1) await before.send({ type: 'push_denied', ...about(denied) });
    const secret = randomBytes(32).toString('base64url');
    const secrets = { STEPGATE_SECRET: secret, STEPGATE_SECRET_PREVIOUS: deployment.secret };
    const engine = await startEngineProcess(deployment, {
      mode: 'dev',
      env: { ...env, ...secrets },
    });
    const during = createApi(engine.url, deployment.apiKey);
    expect(await during.decide(login(locked))).toMatchObject({ decision: 'deny', degraded: [] });
    await during.send({ type: 'push_denied', ...about(denied) });
    for (const api of [before, during]) {
      const { body } = await api.get(`/v1/subjects/user/${denied}`);
      expect(body).toMatchObject({ push: { unanswered: 5, rung: 5 } });
    }
    for (const api of [before, during]) api.close();
    await Promise.all([old.stop(), engine.stop()]);
  }, 60_000);
});
