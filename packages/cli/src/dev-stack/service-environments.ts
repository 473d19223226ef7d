import { join } from 'node:path';
import type { DevRedis } from './dev-redis.js';
import type { DevSecrets } from './dev-secrets.js';
import { webhookSecretVariable } from './dev-sinks.js';

export interface StackAddresses {
  readonly engine: string;
  readonly gateway: string;
  readonly worker: string;
  readonly upstream: string;
  readonly receiver: string;
}

export interface ServiceLaunch {
  readonly name: string;
  /** Below the repository's root. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Wiring {
  readonly root: string;
  readonly addresses: StackAddresses;
  readonly redis: Pick<DevRedis, 'url' | 'embedded' | 'settings'>;
  readonly sinksFile: string;
  readonly secrets: DevSecrets;
  /** Below it, the engine keeps its audit log. */
  readonly directory: string;
}

const portOf = (address: string): string => new URL(address).port;

/** Accounts of the toy upstream: the password, and what proves each authenticator. */
const demoAccounts = JSON.stringify({
  alice: { password: 'alice-demo', authenticators: { passkey: 'alice-passkey', totp: '123456' } },
  nora: { password: 'nora-demo', authenticators: { security_key: 'nora-key' } },
});

const common = { STEPGATE_MODE: 'dev', STEPGATE_HOST: '127.0.0.1' } as const;

const withAudit = (launch: ServiceLaunch, directory: string): ServiceLaunch => ({
  ...launch,
  env: { ...launch.env, STEPGATE_AUDIT_DIR: join(directory, 'audit') },
});

/** The engine alone, in dev mode. */
export const engineEnvironment = ({
  root,
  address,
  redis,
  secrets,
}: Pick<Wiring, 'root' | 'redis' | 'secrets'> & { readonly address: string }): ServiceLaunch => ({
  name: 'risk-engine',
  entry: 'services/risk-engine/dist/main.js',
  env: {
    ...common,
    STEPGATE_PORT: portOf(address),
    STEPGATE_REDIS_URL: redis.url,
    ...redis.settings,
    STEPGATE_SECRET: secrets.secret,
    // The embedded Redis takes its time; decisions of a demo should not be degraded for that.
    ...(redis.embedded ? { STEPGATE_STATE_TIMEOUT_MS: '5000' } : {}),
    STEPGATE_KEYS_FILE: secrets.keysFile,
    STEPGATE_POLICY_DIR: join(root, 'infra/policies'),
    STEPGATE_REPUTATION_DIR: join(root, 'infra/reputation'),
  },
});

const alertWorker = ({ addresses, redis, sinksFile, secrets }: Wiring): ServiceLaunch => ({
  name: 'alert-worker',
  entry: 'services/alert-worker/dist/main.js',
  env: {
    ...common,
    STEPGATE_PORT: portOf(addresses.worker),
    STEPGATE_REDIS_URL: redis.url,
    ...redis.settings,
    STEPGATE_SECRET: secrets.secret,
    STEPGATE_SINKS_FILE: sinksFile,
    [webhookSecretVariable]: secrets.webhookSecret,
  },
});

const toyUpstream = ({ addresses }: Wiring): ServiceLaunch => ({
  name: 'toy-upstream',
  entry: 'services/gateway/dist/toy-upstream-main.js',
  env: {
    ...common,
    STEPGATE_PORT: portOf(addresses.upstream),
    STEPGATE_TOY_ACCOUNTS: demoAccounts,
  },
});

const gateway = ({ addresses, secrets }: Wiring): ServiceLaunch => ({
  name: 'gateway',
  entry: 'services/gateway/dist/main.js',
  env: {
    ...common,
    STEPGATE_PORT: portOf(addresses.gateway),
    STEPGATE_ENGINE_URL: addresses.engine,
    STEPGATE_API_KEY: secrets.apiKey,
    STEPGATE_UPSTREAM_URL: addresses.upstream,
    STEPGATE_VERIFIER_URL: `${addresses.upstream}/verify`,
    STEPGATE_SESSION_KEYS: secrets.sessionKey,
  },
});

/** Each service of the dev stack with its environment: the same variables as in production. */
export const serviceEnvironments = (wiring: Wiring): readonly ServiceLaunch[] => [
  withAudit(engineEnvironment({ ...wiring, address: wiring.addresses.engine }), wiring.directory),
  alertWorker(wiring),
  toyUpstream(wiring),
  gateway(wiring),
];
