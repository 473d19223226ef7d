import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { decisionResponseSchema, type DecisionResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { blocksOf, root } from './pages.js';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const [request, answer] = blocksOf('README.md');
const command = request?.text ?? '';
const shown = JSON.parse(answer?.text ?? '') as DecisionResponse;
const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;

/** What differs from one request to the next, or with the policies that are shipped. */
const lasting = ({
  decision_id: _decision,
  attempt_id: _attempt,
  expires_at: _expires,
  policy: { name, rule },
  ...rest
}: DecisionResponse) => ({ ...rest, policy: { name, rule } });

/** `version` of the policy is shortened on the page. */
const expectAsShown = (given: unknown): void => {
  const decision = given as DecisionResponse;
  expect(decisionResponseSchema.parse(decision)).toEqual(decision);
  expect(Object.keys(decision)).toEqual(Object.keys(shown));
  expect(lasting(decision)).toEqual(lasting(shown));
  expect(decision.policy.version).toMatch(/^sha256:[0-9a-f]{8}/);
};

describe('the request of the README', () => {
  let deployment: Deployment;
  let engine: EngineProcess;
  // Each test asks for an alice of whom nothing is known.
  beforeEach(async () => {
    deployment = await createDeployment(redisUrl);
    engine = await startEngineProcess(deployment);
  }, 60_000);
  afterEach(async () => {
    await engine.stop();
    await deployment.remove();
  });

  it('is answered as the README says', async () => {
    const body = /-d '([\s\S]*)'\n$/.exec(command)?.[1] ?? '';
    const response = await fetch(`${engine.url}/v1/decisions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${deployment.apiKey}`,
      },
      body,
    });
    expect(response.status).toBe(200);
    expectAsShown(await response.json());
  });

  (hasCurl ? it : it.skip)('is answered so when curl sends it as it stands', async () => {
    const { stdout } = await promisify(execFile)('bash', ['-c', command], {
      cwd: root,
      env: {
        ...process.env,
        STEPGATE_ENGINE: engine.url,
        STEPGATE_API_KEY: deployment.apiKey,
        no_proxy: '127.0.0.1',
      },
    });
    expectAsShown(JSON.parse(stdout));
  });
});

describe('the answer of the README', () => {
  it('shows points that add up to the score', () => {
    const points = shown.reasons.map((reason) => reason.points);
    expect(points.reduce((sum, each) => sum + each, 0)).toBe(shown.risk.score);
  });
});
