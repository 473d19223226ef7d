import { readEnvironment } from '@stepgate/telemetry';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretFiles } from '../../scripts/deploy/secret-files.js';
import { parseConfig as parseAlertWorker } from '../../services/alert-worker/src/config.js';
import { parseConfig as parseGateway } from '../../services/gateway/src/config.js';
import { configSchema, secretNames } from '../../services/risk-engine/src/config.js';
import { readCompose } from './compose-model.js';
import {
  configMapsOf,
  containersOf,
  kustomizations,
  renderKustomization,
  workloadsOf,
  type Manifest,
  type Workload,
} from './kubernetes-model.js';
import { describeWith } from './programs.js';
import { readText } from './repository.js';
import { writeSinksFile } from './sinks-file.js';

type Environment = Record<string, string>;

const parsers: Readonly<Record<string, (environment: Environment) => { readonly ok: boolean }>> = {
  'risk-engine': (environment) =>
    readEnvironment(configSchema, environment, { secrets: secretNames }),
  gateway: parseGateway,
  'alert-worker': parseAlertWorker,
};
const services = Object.keys(parsers);

/** What an operator fills in; see .env.example. */
const filledIn: Environment = {
  ALERT_WEBHOOK_URL: 'https://alerts.example.com/stepgate',
  STEPGATE_UPSTREAM_URL: 'http://app.internal:8080',
  STEPGATE_VERIFIER_URL: 'http://verifier.internal:8080',
};

const imageEnvironment = (): Environment => {
  const [, line] = /^ENV NODE_ENV=production (.+)$/m.exec(readText('Dockerfile'))!;
  return Object.fromEntries(line!.split(' ').map((pair) => pair.split('=') as [string, string]));
};

describe('the settings that a deployment gives a service', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stepgate-environment-'));
  mkdirSync(join(directory, 'secrets'));
  for (const [name, content] of Object.entries(createSecretFiles('default'))) {
    writeFileSync(join(directory, 'secrets', name), content);
  }
  // Only the dev overlay brings a Redis without TLS; elsewhere the operator writes its address.
  const ownRedis = join(directory, 'own-redis-url');
  writeFileSync(ownRedis, 'rediss://stepgate:password@redis.example.com:6379/0');
  const sinksFile = writeSinksFile(directory);
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const atTest = (value: string): string =>
    value
      .replace(/^\/run\/secrets\/(stepgate\/)?/, `${directory}/secrets/`)
      .replace(/^\/etc\/stepgate\/alerts\/sinks\.yaml$/, sinksFile)
      .replace(/\$\{(\w+):\?[^}]*\}/, (_all, name: string) => filledIn[name] ?? '');

  const resolve = (environment: Environment): Environment => ({
    ...imageEnvironment(),
    ...Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, atTest(value)]),
    ),
  });

  it.each(services)('by docker-compose.yml are complete and all known to the %s', (name) => {
    const environment = resolve(readCompose().services[name]?.environment ?? {});
    expect(Object.keys(environment).length).toBeGreaterThan(5);
    expect(parsers[name]!(environment)).toMatchObject({ ok: true });
  });

  it.each(services)('would be refused by the %s with a name that it does not know', (name) => {
    const environment = resolve(readCompose().services[name]?.environment ?? {});
    expect(parsers[name]!({ ...environment, STEPGATE_PROT: '1' })).toMatchObject({ ok: false });
  });

  it.each(['risk-engine', 'alert-worker'])(
    'would be refused by the %s if Redis were elsewhere and in clear, unless that is allowed',
    (name) => {
      const environment = resolve(readCompose().services[name]?.environment ?? {});
      const { STEPGATE_REDIS_PLAIN: plain, ...others } = environment;
      expect(plain).toBe('allow');
      expect(parsers[name]!(others)).toMatchObject({
        ok: false,
        problems: [expect.stringMatching(/redis:\/\/ to another machine/u)],
      });
    },
  );

  it('leave nothing of the shipped sinks to chance: a secret that is missing is a problem', () => {
    const environment = resolve(readCompose().services['alert-worker']?.environment ?? {});
    const { ALERT_WEBHOOK_URL: _url, ...incomplete } = environment;
    expect(parseAlertWorker(incomplete)).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('the variable ALERT_WEBHOOK_URL is not set')],
    });
  });

  it('by the image alone are known to all, so that one image serves them', () => {
    const { STEPGATE_HOST: host, STEPGATE_PORT: port, ...others } = imageEnvironment();
    expect([host, port, others]).toEqual(['0.0.0.0', '8080', {}]);
  });

  const environmentOf = (manifests: readonly Manifest[], workload: Workload): Environment => {
    const maps = configMapsOf(manifests);
    const read = containersOf(workload).flatMap(({ env = [] }) => env);
    return resolve(
      Object.fromEntries(
        read.map(({ name, value, valueFrom }) => {
          const { configMapKeyRef: from } = valueFrom ?? {};
          const map = maps.find(({ metadata }) => metadata.name === from?.name);
          return [name, value ?? map?.data[from?.key ?? ''] ?? filledIn[name] ?? ''];
        }),
      ),
    );
  };

  describeWith('kubectl', 'by the manifests', () => {
    it.each(kustomizations)('of %s are complete and all known', (kustomization) => {
      const manifests = renderKustomization(kustomization);
      for (const name of services) {
        const workload = workloadsOf(manifests).find(({ metadata }) => metadata.name === name)!;
        const environment = environmentOf(manifests, workload);
        const isDev = kustomization.endsWith('/dev');
        const redis =
          isDev || environment['STEPGATE_REDIS_URL_FILE'] === undefined
            ? {}
            : { STEPGATE_REDIS_URL_FILE: ownRedis };
        expect([name, parsers[name]!({ ...environment, ...redis })]).toEqual([
          name,
          expect.objectContaining({ ok: true }),
        ]);
      }
    });
  });
});
