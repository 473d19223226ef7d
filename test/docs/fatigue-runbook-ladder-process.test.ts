import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@stepgate/cli';
import { policiesResponseSchema, type PoliciesResponse } from '@stepgate/contracts';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login, type Api } from '../e2e/api.js';
import { hasCurl, policyBlocks, runBlock, shellBlock } from './fatigue-runbook.js';
import { root } from './pages.js';

const [steeper = '', fewer = ''] = policyBlocks();
let directory: string;
let deployment: Deployment;
let engine: EngineProcess;
let api: Api;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-runbook-'));
  await cp(join(root, 'infra/policies'), directory, { recursive: true });
  deployment = await createDeployment(process.env['STEPGATE_TEST_REDIS_URL'] ?? '', directory);
  engine = await startEngineProcess(deployment);
  api = createApi(engine.url, deployment.apiKey);
}, 60_000);
afterAll(async () => {
  api.close();
  await engine.stop();
  await deployment.remove();
  await rm(directory, { recursive: true });
});

const inForce = async (): Promise<PoliciesResponse> => {
  const answer = await runBlock(shellBlock('/v1/policies'), {
    STEPGATE_ENGINE: engine.url,
    STEPGATE_API_KEY: deployment.apiKey,
  });
  return policiesResponseSchema.parse(JSON.parse(answer));
};
const versionOf = ({ policies }: PoliciesResponse): string =>
  policies.find(({ name }) => name === 'workforce')?.version ?? '';

/** The shipped policy with this in place of its `push_fatigue`, as an analyst would save it. */
const putInPlace = async (block: string): Promise<void> => {
  const text = await readFile(join(root, 'infra/policies/workforce.yaml'), 'utf8');
  const changed = text.replace(/^push_fatigue:\n(?: .*\n)+/m, block);
  expect(changed).toContain(block);
  expect(changed.match(/^push_fatigue:/gm)).toHaveLength(1);
  await writeFile(join(directory, 'workforce.yaml'), changed);
};

/** The engine takes it up without a restart. */
const takeUp = async (block: string): Promise<void> => {
  const before = versionOf(await inForce());
  await putInPlace(block);
  const isTaken = async (): Promise<boolean> => versionOf(await inForce()) !== before;
  await waitUntil(isTaken, { timeoutMs: 15_000, what: () => 'the policy is not in force' });
  expect((await inForce()).problems).toEqual([]);
};

const settle = (id: string): Promise<void> =>
  api.send({
    type: 'login_succeeded',
    subject: { type: 'user', id },
    context: { ip: login('').context.ip, device: { id: 'laptop' } },
  });
const tell = async (type: 'push_denied' | 'push_ignored', id: string, times: number) => {
  for (let n = 0; n < times; n += 1) await api.send({ type, subject: { type: 'user', id } });
};
const mayPrompt = async (id: string): Promise<boolean> => {
  const asked = { ...login(id), action: { name: 'push_challenge' as const } };
  const { decision, step_up: stepUp } = await api.decide(asked);
  return decision === 'allow' || (stepUp?.authenticators.includes('push') ?? false);
};
const thief = (id: string) => api.decide(login(id, { ip: '1.40.32.17', device: 'attacker' }));
const owner = (id: string) => api.decide(login(id));

(hasCurl ? describe : describe.skip)('the ladders of the page for an analyst', () => {
  it('the steeper one leaves each user one prompt, and after three keeps strangers out', async () => {
    await takeUp(steeper);
    const id = 'in a campaign';
    await settle(id);
    expect(await mayPrompt(id)).toBe(true);
    await tell('push_denied', id, 1);
    expect(await mayPrompt(id)).toBe(false);
    expect((await thief(id)).decision).toBe('step_up');
    await tell('push_denied', id, 2);
    expect((await thief(id)).decision).toBe('deny');
    expect((await owner(id)).decision).toBe('step_up');
  });

  it('the other counts what was tapped, and no phone in a drawer', async () => {
    await takeUp(fewer);
    await tell('push_ignored', 'phone in a drawer', 12);
    expect(await mayPrompt('phone in a drawer')).toBe(true);
    await tell('push_denied', 'awake', 5);
    expect(await mayPrompt('awake')).toBe(false);
  });

  it('one with a mistake changes nothing and is named with its place', async () => {
    const before = versionOf(await inForce());
    await putInPlace(steeper.replace('rungs', 'rugns'));
    const refused = async (): Promise<boolean> => (await inForce()).problems.length > 0;
    await waitUntil(refused, { timeoutMs: 15_000, what: () => 'the mistake is not told' });
    const { problems, ...rest } = await inForce();
    expect(versionOf({ problems, ...rest })).toBe(before);
    expect(problems[0]).toMatchObject({ file: 'workforce.yaml' });
    expect(problems[0]?.line).toBeGreaterThan(1);
  });
});
