import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';

/** Seen from the client: what it sends are requests, what it gets back are replies. */
export type ProxyDirection = 'requests' | 'replies' | 'both';

export interface ProxyCounts {
  readonly connections: number;
  readonly requestBytes: number;
  readonly replyBytes: number;
  /** Connections that the proxy itself has ended. */
  readonly cut: number;
}

export interface TcpProxy {
  readonly port: number;
  /** Everything goes through again, first of all the bytes that were held. */
  pass(): Promise<void>;
  /** The open connections are reset; new ones are served as the mode says. */
  cut(): void;
  /** The bytes of each chunk arrive this much later, in order. */
  delay(milliseconds: number, direction?: ProxyDirection): void;
  /**
   * Connections stay open and bytes do not arrive, as in a network that drops packets: they are
   * held, and arrive when it heals, which is when late effects show.
   */
  blackHole(direction?: ProxyDirection): void;
  /**
   * Of every connection's replies `bytes()` more bytes arrive, then it is reset: the request was
   * served, its answer ends in the middle.
   */
  cutReplies(bytes: () => number): void;
  /** New connections are refused, as by a machine without the server; open ones are reset. */
  refuse(): Promise<void>;
  /** New connections go to another server; open ones are reset. */
  retarget(port: number): void;
  counts(): ProxyCounts;
  close(): Promise<void>;
}

interface Faults {
  delay: Record<'requests' | 'replies', number>;
  held: Record<'requests' | 'replies', boolean>;
  replyBudget: (() => number) | undefined;
}

const faultless = (): Faults => ({
  delay: { requests: 0, replies: 0 },
  held: { requests: false, replies: false },
  replyBudget: undefined,
});

const sides = (direction: ProxyDirection): readonly ('requests' | 'replies')[] =>
  direction === 'both' ? ['requests', 'replies'] : [direction];

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  replyBudget: number;
}

interface Proxy {
  target: { readonly host: string; readonly port: number };
  faults: Faults;
  readonly links: Set<Link>;
  readonly counts: { -readonly [Name in keyof ProxyCounts]: number };
}

const end = (proxy: Proxy, link: Link): void => {
  if (!proxy.links.delete(link)) return;
  link.client.resetAndDestroy();
  link.upstream.resetAndDestroy();
};

const cutLink = (proxy: Proxy, link: Link): void => {
  proxy.counts.cut += 1;
  end(proxy, link);
};

/** A reset overtakes bytes that wait to be sent, so the cut waits until they have left. */
const deliverReply = (proxy: Proxy, link: Link, chunk: Buffer): void => {
  const whole = chunk.length < link.replyBudget;
  const arriving = whole ? chunk : chunk.subarray(0, link.replyBudget);
  link.replyBudget -= arriving.length;
  proxy.counts.replyBytes += arriving.length;
  if (whole) {
    link.client.write(arriving);
    return;
  }
  link.upstream.removeAllListeners('data');
  link.client.write(arriving, () => {
    proxy.counts.cut += 1;
    proxy.links.delete(link);
    link.client.end();
    link.upstream.resetAndDestroy();
  });
};

const carry = (proxy: Proxy, link: Link, side: 'requests' | 'replies'): void => {
  const [source, deliver] =
    side === 'requests'
      ? [
          link.client,
          (chunk: Buffer) => {
            proxy.counts.requestBytes += chunk.length;
            link.upstream.write(chunk);
          },
        ]
      : [
          link.upstream,
          (chunk: Buffer) => {
            deliverReply(proxy, link, chunk);
          },
        ];
  source.on('data', (chunk: Buffer) => {
    const wait = proxy.faults.delay[side];
    if (wait === 0) deliver(chunk);
    else setTimeout(deliver, wait, chunk);
  });
  source.on('error', () => {
    end(proxy, link);
  });
  source.on('close', () => {
    // What was sent before the end still arrives, as it does on a real network.
    setTimeout(() => {
      end(proxy, link);
    }, proxy.faults.delay[side]);
  });
  if (proxy.faults.held[side]) source.pause();
};

const accept = (proxy: Proxy, client: Socket): void => {
  proxy.counts.connections += 1;
  const upstream = connect(proxy.target);
  const link = {
    client,
    upstream,
    replyBudget: proxy.faults.replyBudget?.() ?? Number.POSITIVE_INFINITY,
  };
  client.setNoDelay(true);
  upstream.setNoDelay(true);
  proxy.links.add(link);
  carry(proxy, link, 'requests');
  carry(proxy, link, 'replies');
};

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

const stop = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
};

const passAll = (proxy: Proxy): void => {
  proxy.faults = faultless();
  for (const link of proxy.links) {
    link.replyBudget = Number.POSITIVE_INFINITY;
    link.client.resume();
    link.upstream.resume();
  }
};

const hold = (proxy: Proxy, direction: ProxyDirection): void => {
  for (const side of sides(direction)) {
    proxy.faults.held[side] = true;
    for (const link of proxy.links) link[side === 'requests' ? 'client' : 'upstream'].pause();
  }
};

const limitReplies = (proxy: Proxy, bytes: () => number): void => {
  proxy.faults.replyBudget = bytes;
  for (const link of proxy.links) link.replyBudget = bytes();
};

/** Stands on loopback before any TCP server and breaks its connections on demand. */
export const startTcpProxy = async (target: Proxy['target']): Promise<TcpProxy> => {
  const proxy: Proxy = {
    target,
    faults: faultless(),
    links: new Set(),
    counts: { connections: 0, requestBytes: 0, replyBytes: 0, cut: 0 },
  };
  const server = createServer((client) => {
    accept(proxy, client);
  });
  const port = await listen(server, 0);
  const cut = (): void => {
    for (const link of [...proxy.links]) cutLink(proxy, link);
  };
  return {
    port,
    cut,
    pass: async () => {
      if (!server.listening) await listen(server, port);
      passAll(proxy);
    },
    delay: (milliseconds, direction = 'both') => {
      for (const side of sides(direction)) proxy.faults.delay[side] = milliseconds;
    },
    blackHole: (direction = 'both') => {
      hold(proxy, direction);
    },
    cutReplies: (bytes) => {
      limitReplies(proxy, bytes);
    },
    refuse: async () => {
      cut();
      await stop(server);
    },
    retarget: (otherPort) => {
      proxy.target = { ...proxy.target, port: otherPort };
      cut();
    },
    counts: () => ({ ...proxy.counts }),
    close: async () => {
      cut();
      await stop(server);
    },
  };
};
