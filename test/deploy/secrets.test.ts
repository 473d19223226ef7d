import { configSchema } from '../../services/risk-engine/src/config.js';
import { hash } from 'node:crypto';
import { readCallersFile } from '../../services/risk-engine/src/callers/read-callers-file.js';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { createSecretFiles } from '../../scripts/deploy/secret-files.js';
import { readCompose } from './compose-model.js';
import { run } from './programs.js';

describe('npm run deploy:secrets', () => {
  const parent = mkdtempSync(join(tmpdir(), 'stepgate-secrets-'));
  const directory = join(parent, 'secrets');
  const made = run('npm', ['run', '--silent', 'deploy:secrets', '--', directory, 'acme']);
  const secret = (name: string): string => readFileSync(join(directory, name), 'utf8');
  afterAll(() => {
    rmSync(parent, { recursive: true });
  });

  it('makes every secret of docker-compose.yml', () => {
    expect(made).toMatchObject({ code: 0 });
    expect(readdirSync(directory)).toEqual(
      expect.arrayContaining(Object.keys(readCompose().secrets)),
    );
  });

  it('lets only the owner into the directory, and the containers read the files', () => {
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o444);
    }
  });

  it('refuses to replace secrets', () => {
    const before = secret('engine_secret');
    expect(run('npm', ['run', '--silent', 'deploy:secrets', '--', directory]).code).not.toBe(0);
    expect(secret('engine_secret')).toBe(before);
  });

  it('makes API keys that the engine knows, each with the scopes that its holder needs', async () => {
    const { keys } = await readCallersFile(join(directory, 'api_keys'));
    const entryOf = (name: string) =>
      keys.find(({ sha256 }) => sha256 === hash('sha256', secret(name), 'hex'));
    expect(entryOf('gateway_api_key')).toMatchObject({
      id: 'gateway',
      tenant: 'acme',
      scopes: ['decide', 'events'],
    });
    expect(entryOf('identity_provider_api_key')?.scopes).toEqual(['decide', 'events']);
    expect(entryOf('admin_api_key')?.scopes).toContain('admin');
    expect(secret('api_keys')).not.toContain(secret('admin_api_key'));
  });

  it('makes values that the engine takes', () => {
    const { STEPGATE_SECRET: key, STEPGATE_REDIS_URL: url } = configSchema.shape;
    expect(key.safeParse(secret('engine_secret')).success).toBe(true);
    expect(url.safeParse(secret('redis_url')).success).toBe(true);
  });

  it('makes a webhook secret that receivers take', () => {
    const webhook = new Webhook(secret('webhook_secret'));
    const at = new Date();
    const signature = webhook.sign('msg_1', at, '{}');
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signature,
    };
    expect(webhook.verify('{}', headers)).toEqual({});
  });
});

describe('createSecretFiles', () => {
  it('never makes the same secret twice', () => {
    const [first, second] = [createSecretFiles('default'), createSecretFiles('default')];
    const repeated = Object.keys(first).filter((name) => first[name] === second[name]);
    expect(repeated).toEqual([]);
  });

  it('keeps the password of Redis out of the file that Redis reads', () => {
    const { redis_url: url, redis_acl: acl } = createSecretFiles('default');
    const { password } = new URL(url!);
    expect(password).toHaveLength(43);
    expect(acl).not.toContain(password);
  });
});
