import type { Cluster, Redis } from 'ioredis';
import { createCircuit, type Circuit } from './circuit.js';
import { createClient } from './client.js';
import { numberIn } from './reply.js';
import { createServerClock, type ServerClock } from './server-clock.js';
import { within } from './time-limit.js';

export interface LinkSettings {
  readonly url: string | readonly string[];
  readonly commandTimeoutMs: number;
  readonly patienceMs: number;
  readonly failuresToOpen: number;
  readonly probeEveryMs: number;
  readonly onState: (up: boolean) => void;
  readonly onError: (error: Error) => void;
}

/** Client, clock and circuit of one server, kept alive together. */
export interface Link {
  readonly client: Redis | Cluster;
  readonly clock: Pick<ServerClock, 'now'>;
  readonly circuit: Pick<Circuit, 'isClosed' | 'execute'>;
  isUp(): boolean;
  close(): void;
}

const clockRefreshMs = 10_000;

export const asError = (cause: unknown): Error =>
  cause instanceof Error ? cause : new Error(String(cause));

const readTime = async (client: Redis | Cluster): Promise<number> => {
  const [seconds, micros] = await client.time();
  return numberIn(seconds) * 1000 + Math.floor(numberIn(micros) / 1000);
};

/** Drops what a frozen server will never answer; the new connection is answered once it thaws. */
const probing =
  (client: Redis | Cluster, limitMs: number, look: () => Promise<void>) =>
  async (): Promise<void> => {
    try {
      await within(limitMs, look());
    } catch (error) {
      if (client.status === 'ready') client.disconnect(true);
      throw error;
    }
  };

/** Connects in the background and for ever. */
export const createLink = (settings: LinkSettings): Link => {
  const client = createClient(
    settings.url,
    Math.max(settings.commandTimeoutMs, settings.patienceMs),
  );
  const clock = createServerClock();
  const refreshClock = (): Promise<void> => clock.refresh(() => readTime(client));
  const probe = probing(client, settings.commandTimeoutMs, refreshClock);
  const circuit = createCircuit({ ...settings, probe, onChange: settings.onState });
  const isUp = (): boolean =>
    circuit.isClosed() && clock.now() !== null && client.status === 'ready';
  const synchronise = (): void => {
    refreshClock().then(
      () => {
        if (isUp()) settings.onState(true);
      },
      (error: unknown) => {
        settings.onError(asError(error));
      },
    );
  };
  client.on('error', settings.onError);
  client.on('ready', synchronise);
  client.on('close', () => {
    clock.forget();
    settings.onState(false);
  });
  const refreshing = setInterval(() => {
    if (isUp()) synchronise();
  }, clockRefreshMs);
  refreshing.unref();
  const close = (): void => {
    clearInterval(refreshing);
    circuit.close();
    client.disconnect();
  };
  return { client, clock, circuit, isUp, close };
};
