import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDevRedis, type DevRedis } from './dev-redis.js';
import { makeDevSecrets, type DevSecrets } from './dev-secrets.js';
import { writeDevSinks } from './dev-sinks.js';
import { freePort } from './free-port.js';
import { startProcess, type OwnProcess } from './own-process.js';
import { serviceEnvironments, type StackAddresses } from './service-environments.js';
import { waitUntil } from './wait-until.js';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js';

export const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url));
const readyTimeoutMs = 30_000;

/** What `.stepgate/dev.json` holds while the stack runs. */
export interface DevStackFile {
  readonly engine: string;
  readonly gateway: string;
  readonly worker: string;
  readonly redis: string;
  readonly api_key: string;
  readonly admin_key: string;
  readonly webhook_log: string;
  readonly webhook_secret: string;
  readonly upstream: string;
}

export interface DevStack {
  readonly addresses: DevStackFile;
  readonly redis: DevRedis;
  readonly receiver: WebhookReceiver;
  /** Engine, worker, toy upstream and gateway, each under its name. */
  readonly services: readonly OwnProcess[];
  /** Resolves with the name of the first process that ends by itself. */
  readonly crashed: Promise<string>;
  stop(): Promise<void>;
}

export interface DevStackOptions {
  /** Where dev.json, the webhook log and Redis's files go. */
  readonly directory: string;
  /** Removed with everything in it when the stack stops. */
  readonly temporary: boolean;
  /** Well-known ports when they are free; else, and for demos, any free ones. */
  readonly wellKnownPorts: boolean;
  readonly onLine?: (service: string, line: string) => void;
}

const choosePorts = async (wellKnown: boolean): Promise<StackAddresses> => {
  const choose = async (preferred: number): Promise<string> => {
    const port = await freePort(wellKnown ? preferred : 0);
    return `http://127.0.0.1:${String(port)}`;
  };
  return {
    engine: await choose(8080),
    gateway: await choose(8081),
    worker: await choose(8082),
    upstream: await choose(8083),
    receiver: await choose(8084),
  };
};

const isReady = async (address: string): Promise<boolean> =>
  fetch(`${address}/readyz`).then(
    (response) => response.ok,
    () => false,
  );

const waitForAll = async (
  processes: readonly OwnProcess[],
  addresses: readonly string[],
): Promise<void> => {
  await waitUntil(
    async () => {
      const dead = processes.find((process) => process.exitCode() !== null);
      if (dead !== undefined) throw new Error(`${dead.name} ended:\n${dead.lastOutput()}`);
      return (await Promise.all(addresses.map(isReady))).every(Boolean);
    },
    {
      timeoutMs: readyTimeoutMs,
      what: () =>
        `The stack did not become ready:\n${processes
          .map((process) => `--- ${process.name}\n${process.lastOutput()}`)
          .join('\n')}`,
    },
  );
};

const watchCrashes = (processes: readonly OwnProcess[]): Promise<string> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      const dead = processes.find((process) => process.exitCode() !== null);
      if (dead === undefined) return;
      clearInterval(timer);
      resolve(`${dead.name} ended:\n${dead.lastOutput()}`);
    }, 250);
    timer.unref();
  });

const startServices = (
  secrets: DevSecrets,
  sinksFile: string,
  { addresses, redis, options }: Started,
): OwnProcess[] =>
  serviceEnvironments({
    root: repositoryRoot,
    addresses,
    redis,
    sinksFile,
    secrets,
    directory: options.directory,
  }).map(({ name, entry, env }) =>
    startProcess({
      name,
      command: process.execPath,
      args: [join(repositoryRoot, entry)],
      env,
      cwd: options.directory,
      ...(options.onLine === undefined
        ? {}
        : { onLine: (line: string) => options.onLine?.(name, line) }),
    }),
  );

interface Started {
  readonly addresses: StackAddresses;
  readonly redis: DevRedis;
  readonly receiver: WebhookReceiver;
  readonly options: DevStackOptions;
}

const describe = (started: Started, secrets: DevSecrets, webhookLog: string): DevStackFile => ({
  engine: started.addresses.engine,
  gateway: started.addresses.gateway,
  worker: started.addresses.worker,
  upstream: started.addresses.upstream,
  redis: started.redis.url,
  api_key: secrets.apiKey,
  admin_key: secrets.adminKey,
  webhook_log: webhookLog,
  webhook_secret: secrets.webhookSecret,
});

/** The whole stack on loopback: Redis, engine, gateway, worker, a toy upstream, a webhook receiver. */
export const startDevStack = async (options: DevStackOptions): Promise<DevStack> => {
  const { directory } = options;
  const devFile = join(directory, 'dev.json');
  const webhookLog = join(directory, 'webhooks.jsonl');
  const redisDirectory = join(directory, 'redis');
  const secretsDirectory = join(directory, 'secrets');
  await mkdir(directory, { recursive: true });
  const secrets = await makeDevSecrets(secretsDirectory);
  const addresses = await choosePorts(options.wellKnownPorts);
  const redis = await startDevRedis(redisDirectory);
  const receiver = await startWebhookReceiver(Number(new URL(addresses.receiver).port), {
    logFile: webhookLog,
    secret: secrets.webhookSecret,
  });
  const started = { addresses, redis, receiver, options };
  const sinksFile = await writeDevSinks(secretsDirectory, receiver.url);
  const services = startServices(secrets, sinksFile, started);
  const stop = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.stop()));
    await Promise.all([receiver.stop(), redis.stop()]);
    const leftovers = options.temporary
      ? [directory]
      : [devFile, redisDirectory, secretsDirectory, join(directory, 'audit')];
    await Promise.all(leftovers.map((path) => rm(path, { recursive: true, force: true })));
  };
  try {
    await waitForAll(services, [addresses.engine, addresses.gateway, addresses.worker]);
  } catch (error) {
    await stop();
    throw error;
  }
  const described = describe(started, secrets, webhookLog);
  await writeFile(devFile, `${JSON.stringify(described, null, 2)}\n`, { mode: 0o600 });
  const crashed = watchCrashes(services);
  return { addresses: described, redis, receiver, services, crashed, stop };
};
