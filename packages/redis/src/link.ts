import { Cluster, type Redis } from 'ioredis';
import { createCircuit, type Circuit } from './circuit.js';
import { createClient } from './client.js';
import type { RedisEndpoint } from './endpoint.js';
import { numberIn } from './reply.js';
import { createServerClock, type ServerClock } from './server-clock.js';
import { trackServer } from './server-identity.js';
import { within } from './time-limit.js';

export interface LinkSettings extends RedisEndpoint {
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
  /** The process that answers; null: none does, or it is not known. */
  serverId(): string | null;
  close(): void;
}

const clockRefreshMs = 10_000;
/** A process that starts is busy, and reads its first answers late. */
const clockTries = 20;
const clockRetryMs = 50;

export const asError = (cause: unknown): Error =>
  cause instanceof Error ? cause : new Error(String(cause));

const timeOf = async (node: Redis): Promise<number> => {
  const [seconds, micros] = await node.time();
  return numberIn(seconds) * 1000 + Math.floor(numberIn(micros) / 1000);
};

/** Time that one node of a Cluster has to tell its time: a frozen one must not hold up the others. */
const nodeLimitMs = 50;

/**
 * The earliest of the nodes' times: whichever of them a script runs on, no deadline is late there.
 * Rejects when none of them answers.
 */
const earliestTime = async (nodes: readonly Redis[]): Promise<number> => {
  const told = await Promise.allSettled(
    nodes.map(async (node) => {
      const time = await within(nodeLimitMs, timeOf(node));
      return time - performance.now();
    }),
  );
  const offsets = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (offsets.length === 0) throw new Error('no node of the cluster answers');
  return performance.now() + Math.min(...offsets);
};

const readTime = (client: Redis | Cluster): Promise<number> =>
  client instanceof Cluster ? earliestTime(client.nodes('master')) : timeOf(client);

/** Drops what a frozen server will never answer; the new connection is answered once it thaws. */
const probing =
  (client: Redis | Cluster, limitMs: number, look: () => Promise<unknown>) =>
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
  const { client, close: closeClient } = createClient(
    settings,
    Math.max(settings.commandTimeoutMs, settings.patienceMs),
  );
  const clock = createServerClock();
  const refreshClock = (): Promise<boolean> => clock.refresh(() => readTime(client));
  const probe = probing(client, settings.commandTimeoutMs, refreshClock);
  const circuit = createCircuit({ ...settings, probe, onChange: settings.onState });
  const isUp = (): boolean =>
    circuit.isClosed() && clock.now() !== null && client.status === 'ready';
  const synchronise = (triesLeft = 0): void => {
    refreshClock().then(
      (isPrecise) => {
        if (!isUp()) return;
        settings.onState(true);
        if (isPrecise || triesLeft === 0) return;
        setTimeout(synchronise, clockRetryMs, triesLeft - 1).unref();
      },
      (error: unknown) => {
        settings.onError(asError(error));
        // Without the time no call goes out, so no call would fail and have the circuit look again.
        const isWanted = client.status === 'ready' && clock.now() === null;
        if (isWanted) setTimeout(synchronise, clockRetryMs, triesLeft).unref();
      },
    );
  };
  const server = trackServer(client);
  client.on('error', settings.onError);
  client.on('ready', () => {
    synchronise(clockTries);
  });
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
    closeClient();
  };
  return { client, clock, circuit, isUp, serverId: server.current, close };
};
