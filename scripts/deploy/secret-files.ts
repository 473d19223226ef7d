import { createHash, randomBytes } from 'node:crypto';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** 256 bits in an alphabet that URLs and YAML take unquoted. */
const randomSecret = (): string => randomBytes(32).toString('base64url');

/**
 * Users of Redis. The services may use data, scripts and `INFO`, and nothing that could change the
 * server, list its keys or empty it; `probe` can only be used to ask whether Redis answers. Passwords
 * are kept as hashes.
 */
const redisAcl = (password: string): string =>
  [
    'user default off',
    'user probe on nopass resetkeys resetchannels -@all +ping',
    `user stepgate on #${sha256(password)} ~* &* +@all -@admin -@dangerous +info`,
    '',
  ].join('\n');

interface ApiKey {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly key: string;
}

const apiKeysFile = (tenant: string, keys: readonly ApiKey[]): string =>
  [
    'keys:',
    ...keys.map(
      ({ id, scopes, key }) =>
        `  - {id: ${id}, tenant: ${tenant}, scopes: [${scopes.join(', ')}], sha256: ${sha256(key)}}`,
    ),
    '',
  ].join('\n');

/** The secret files of a deployment, by name. Random at every call: never call it twice for one. */
export const createSecretFiles = (tenant: string): Readonly<Record<string, string>> => {
  const redisPassword = randomSecret();
  const gatewayKey = randomSecret();
  const callerKey = randomSecret();
  const adminKey = randomSecret();
  return {
    redis_acl: redisAcl(redisPassword),
    redis_url: `redis://stepgate:${redisPassword}@redis:6379/0`,
    engine_secret: randomSecret(),
    api_keys: apiKeysFile(tenant, [
      { id: 'gateway', scopes: ['decide', 'events'], key: gatewayKey },
      { id: 'identity-provider', scopes: ['decide', 'events'], key: callerKey },
      { id: 'admin', scopes: ['decide', 'events', 'read', 'admin'], key: adminKey },
    ]),
    gateway_api_key: gatewayKey,
    identity_provider_api_key: callerKey,
    admin_api_key: adminKey,
    session_keys: randomSecret(),
    // Standard Webhooks: the prefix and at least 24 bytes in base64.
    webhook_secret: `whsec_${randomBytes(32).toString('base64')}`,
    grafana_admin_password: randomSecret(),
  };
};
