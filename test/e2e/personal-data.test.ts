import { createDeployment, startEngineProcess } from '@stepgate/testing';
import { createApi, login } from './api.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';

/** Each stands for a kind of personal datum or secret; none may come out of the process. */
const planted = {
  subject: 'canary-subject-4711',
  device: 'canary-device-4711',
  address: '203.0.113.147',
  userAgent: 'CanaryBrowser/4711',
  session: 'canary-session-4711',
  attribute: 'canary-attribute-4711',
};

describe('all that an engine prints and measures', () => {
  it('holds no personal datum and no secret, whatever is asked of it', async () => {
    const lines: string[] = [];
    const deployment = await createDeployment(redisUrl);
    const engine = await startEngineProcess(deployment, {
      env: { STEPGATE_LOG_LEVEL: 'debug' },
      onLine: (line) => lines.push(line),
    });
    const api = createApi(engine.url, deployment.apiKey);
    const attempt = login(planted.subject, { ip: planted.address, device: planted.device });
    const body = {
      ...attempt,
      subject: { ...attempt.subject, properties: { department: planted.attribute } },
      context: { ...attempt.context, user_agent: planted.userAgent, session_id: planted.session },
    };
    const decision = await api.decide(body);
    await api.complete(decision.decision_id, {
      authenticator: 'sms',
      context: { ip: planted.address },
    });
    const subject = { type: 'user', id: planted.subject };
    await api.send(
      ...Array.from({ length: 6 }, () => ({ type: 'push_denied', subject }) as const),
      { type: 'login_failed', subject, context: { ip: planted.address } },
    );
    const refused = await Promise.all([
      api.post('/v1/decisions', { ...body, surprise: planted.attribute }),
      api.post('/v1/decisions', { ...body, context: { ip: planted.attribute } }),
      api.post(`/v1/decisions/${planted.attribute}/completion`, { authenticator: 'totp' }),
      api.post('/v1/events', {
        events: [{ id: planted.session, type: planted.attribute, subject }],
      }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 404, 422]);
    const metrics = await fetch(`${engine.url}/metrics`).then((response) => response.text());
    api.close();
    await engine.stop();
    await deployment.remove();
    expect(engine.process.exitCode()).toBe(0);
    const output = [...lines, metrics, JSON.stringify(refused)].join('\n');
    expect(output).toContain(decision.decision_id);
    const secrets = [deployment.apiKey, deployment.secret];
    const found = [...Object.values(planted), ...secrets].filter((datum) => output.includes(datum));
    expect(found).toEqual([]);
  }, 60_000);
});
