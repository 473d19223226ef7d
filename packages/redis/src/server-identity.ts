import { Cluster, type Redis } from 'ioredis';
import { readInfo } from './redis-info.js';

/** Nodes of a Cluster come and go behind one client: they have one name between them. */
const clusterId = 'cluster';

const askAgainMs = 100;

/**
 * Which process answers, so that a write to one is not taken for kept because another says so; null
 * where nothing tells.
 */
const readServerId = async (client: Redis | Cluster): Promise<string | null> => {
  if (client instanceof Cluster) return clusterId;
  const [info] = await readInfo(client, 'server');
  return info?.get('run_id') ?? null;
};

export interface ServerIdentity {
  /** Null: none is connected, or it is not known. */
  current(): string | null;
  /** Waits for one while none is connected. */
  next(): Promise<string | null>;
}

/** Which server a client is connected to. */
export const trackServer = (client: Redis | Cluster): ServerIdentity => {
  let current: string | null = null;
  let isTold = false;
  let tell: (id: string | null) => void = () => undefined;
  const nextServer = (): Promise<string | null> =>
    new Promise((resolve) => {
      tell = (id) => {
        isTold = true;
        current = id;
        resolve(id);
      };
    });
  let next = nextServer();
  const ask = (): void => {
    readServerId(client).then(
      (id) => {
        tell(id);
      },
      // Where the connection broke, the next one asks.
      () => {
        if (client.status === 'ready') setTimeout(ask, askAgainMs).unref();
      },
    );
  };
  client.on('ready', ask);
  client.on('close', () => {
    current = null;
    if (!isTold) return;
    isTold = false;
    next = nextServer();
  });
  return { current: () => current, next: () => next };
};
