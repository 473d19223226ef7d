import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Express } from 'express';
import { bornAsExpressExpects } from './express-prototypes.js';

export interface HttpServerOptions {
  /** Gives requests and responses Express's prototypes at birth. Off: plain node:http objects. */
  readonly fastPrototypes?: boolean;
  readonly limits?: Partial<HttpLimits>;
  /** In place of the application, for a path that need not pay for its routing. */
  readonly listener?: RequestListener;
}

export interface HttpLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often the two limits above are enforced. */
  readonly checkIntervalMs: number;
  /** Above the idle time of usual load balancers, so that they close first. */
  readonly keepAliveTimeoutMs: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  readonly maxRequestsPerSocket: number;
}

const defaultLimits: HttpLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  checkIntervalMs: 2_000,
  keepAliveTimeoutMs: 65_000,
  maxHeaderBytes: 8_192,
  maxConnections: 10_000,
  maxRequestsPerSocket: 10_000,
};

export interface Listening {
  readonly host: string;
  readonly port: number;
}

export interface HttpServer {
  readonly server: Server;
  /** Port 0 takes a free one. @throws when the address cannot be bound. */
  listen(at: Listening): Promise<Listening>;
  /** Accepts nothing more, answers what is in flight with `Connection: close`, then resolves. */
  drain(): Promise<void>;
}

/** Node reads these limits when the server is made; set later, they are not enforced in time. */
const createLimitedServer = (
  app: Express,
  { fastPrototypes, limits, listener = app }: HttpServerOptions,
): Server => {
  const applied = { ...defaultLimits, ...limits };
  const server = createServer(
    {
      headersTimeout: applied.headersTimeoutMs,
      requestTimeout: applied.requestTimeoutMs,
      connectionsCheckingInterval: applied.checkIntervalMs,
      keepAliveTimeout: applied.keepAliveTimeoutMs,
      maxHeaderSize: applied.maxHeaderBytes,
      ...(fastPrototypes === false ? {} : bornAsExpressExpects(app)),
    },
    listener,
  );
  server.maxConnections = applied.maxConnections;
  server.maxRequestsPerSocket = applied.maxRequestsPerSocket;
  return server;
};

const announceClose = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader('Connection', 'close');
};

const idleSweepMs = 50;

const listenOn = (server: Server, { host, port }: Listening): Promise<Listening> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ host, port: bound });
    });
  });

const closeServer = async (server: Server): Promise<void> => {
  // A response whose headers were out before the drain leaves its connection idle afterwards.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, idleSweepMs);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeIdleConnections();
    });
  } finally {
    clearInterval(sweep);
  }
};

/** An HTTP server for an Express application, with limits against slow and hoarding clients. */
export const createHttpServer = (app: Express, options: HttpServerOptions = {}): HttpServer => {
  const server = createLimitedServer(app, options);
  const inFlight = new Set<ServerResponse>();
  let draining = false;
  server.prependListener('request', (_request, response) => {
    if (draining) announceClose(response);
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
    });
  });
  return {
    server,
    listen: (at) => listenOn(server, at),
    drain: async () => {
      draining = true;
      inFlight.forEach(announceClose);
      await closeServer(server);
    },
  };
};
