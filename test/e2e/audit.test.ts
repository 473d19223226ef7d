import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditReport } from '@stepgate/audit';
import { waitUntil } from '@stepgate/cli';
import { createDeployment, startEngineProcess, type Deployment } from '@stepgate/testing';
import { createApi, login } from './api.js';

const root = join(__dirname, '../..');

jest.setTimeout(120_000);

describe('the audit log of an engine', () => {
  let directory = '';
  let audit = '';
  let deployment: Deployment;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stepgate-audit-e2e-'));
    audit = join(directory, 'audit');
    const policies = join(directory, 'policies');
    await cp(join(root, 'infra/policies'), policies, { recursive: true });
    deployment = await createDeployment(process.env['STEPGATE_TEST_REDIS_URL'] ?? '', policies);
  });
  afterAll(async () => {
    await deployment.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const start = () =>
    startEngineProcess(deployment, { quiet: true, env: { STEPGATE_AUDIT_DIR: audit } });

  const verify = (...flags: string[]): { readonly code: number | null } & AuditReport => {
    const cli = join(root, 'packages/cli/dist/main.js');
    const args = [cli, 'audit', 'verify', audit, '--json', ...flags];
    const env = { ...process.env, STEPGATE_SECRET: deployment.secret };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return { code: status, ...(JSON.parse(stdout) as AuditReport) };
  };

  it('holds what was decided and changed, ends signed, and says nothing of whom', async () => {
    const engine = await start();
    const api = createApi(engine.url, deployment.apiKey);
    for (let n = 0; n < 20; n += 1) await api.decide(login(`audited-${String(n)}`));
    const erased = await fetch(`${engine.url}/v1/subjects/user/audited-1`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${deployment.apiKey}` },
    });
    expect(erased.ok).toBe(true);
    await writeFile(join(deployment.policyDir, 'broken.yaml'), 'stepgate: v0\n');
    const ready = async () => JSON.stringify(await (await fetch(`${engine.url}/readyz`)).json());
    await waitUntil(async () => (await ready()).includes('are not used'), {
      timeoutMs: 10_000,
      what: () => 'the policies were not read again',
    });
    await rm(join(deployment.policyDir, 'broken.yaml'));
    api.close();
    await engine.stop();
    const report = verify();
    expect([report.code, report.bad]).toEqual([0, []]);
    const [chain] = report.chains;
    expect(chain).toMatchObject({ closed: true, byKind: { decision: 20, closed: 1 }, lost: 0 });
    const content = await readFile(chain?.file ?? '', 'utf8');
    for (const change of ['started', 'policies_loaded', 'eraseSubject', 'policies_refused']) {
      expect(content).toContain(`"kind":"change","what":"${change}"`);
    }
    expect(content).not.toMatch(/audited-|77\.161|laptop|payroll/);
  });

  it('stays open where the engine was killed, and the next one is linked to it', async () => {
    const engine = await start();
    const api = createApi(engine.url, deployment.apiKey);
    for (let n = 0; n < 5; n += 1) await api.decide(login(`killed-${String(n)}`));
    process.kill(engine.pid, 'SIGKILL');
    await waitUntil(() => Promise.resolve(engine.process.exitCode() !== null), {
      timeoutMs: 5_000,
      what: () => 'the engine lives',
    });
    api.close();
    const killed = verify();
    expect(killed).toMatchObject({ code: 0, chains: [{ closed: true }, { closed: false }] });
    expect(killed.chains[1]?.notes.join()).toContain('open, ');
    const next = await start();
    await next.stop();
    const linked = verify();
    expect(linked.code).toBe(0);
    expect(linked.chains[1]?.notes.join()).toContain(linked.chains[2]?.file.split('/').at(-1));
  });

  it('that cannot be written takes the engine out of service and allows nobody', async () => {
    const engine = await start();
    const api = createApi(engine.url, deployment.apiKey);
    // A log that was taken away from under its writer: what is written is kept by nobody.
    await rm(audit, { recursive: true });
    await api.decide(login('unaccounted'));
    await waitUntil(async () => (await fetch(`${engine.url}/readyz`)).status === 503, {
      timeoutMs: 10_000,
      what: () => 'the engine stayed ready',
    });
    const answer = await api.decide(login('unaccounted'));
    expect(answer.degraded).toEqual(['state']);
    expect(answer.decision).not.toBe('allow');
    const metrics = await (await fetch(`${engine.url}/metrics`)).text();
    expect(metrics).toContain('stepgate_audit_writable 0');
    api.close();
    await engine.stop();
  });

  it('is verified by the commands of docs/audit.md', async () => {
    const page = await readFile(join(root, 'docs/audit.md'), 'utf8');
    const [, block = ''] = /```sh\n(.*?)```/s.exec(page) ?? [];
    const script = block.replaceAll('packages/cli', join(root, 'packages/cli'));
    const env = { ...process.env, STEPGATE_SECRET: deployment.secret };
    await rm(audit, { recursive: true, force: true });
    await (await start()).stop();
    const options = { cwd: directory, env, encoding: 'utf8' } as const;
    const { status, stdout } = spawnSync('sh', ['-ec', script], options);
    expect(stdout).toContain('the audit log is good');
    expect(status).toBe(0);
  });

  it('is not called good by a secret that has not signed it, nor without any', () => {
    const cli = join(root, 'packages/cli/dist/main.js');
    const run = (env: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, [cli, 'audit', 'verify', directory], { env }).status;
    expect(run({ STEPGATE_SECRET: 'x'.repeat(32) })).toBe(1);
    expect(run({})).toBe(2);
  });
});
