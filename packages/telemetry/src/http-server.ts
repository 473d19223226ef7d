import { constants } from 'node:crypto';
import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import {
  createServer as createTlsServer,
  Server as TlsServer,
  type ServerOptions as TlsServerOptions,
} from 'node:https';
import type { Express } from 'express';
import { bornAsExpressExpects } from './express-prototypes.js';

export interface HttpServerOptions {
  /** Gives requests and responses Express's prototypes at birth. Off: plain node:http objects. */
  readonly fastPrototypes?: boolean;
  readonly limits?: Partial<HttpLimits>;
  /** In place of the application, for a path that need not pay for its routing. */
  readonly listener?: RequestListener;
  /** Unless given, the server speaks plain HTTP. */
  readonly tls?: TlsMaterial;
}

/** PEM texts. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Asks clients for certificates; null does not. Whether one is needed is for the application to say. */
  readonly clientCa: string | null;
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
  /**
   * How long kept-alive connections are answered after a stop is asked for, each answer its last. One
   * that is closed while idle may meet a request that is already on its way, and reset it.
   */
  readonly goodbyeMs: number;
}

/** A client that drips is cut within 15 s: the longer limit, one interval, and a busy event loop. */
const defaultLimits: HttpLimits = {
  headersTimeoutMs: 8_000,
  requestTimeoutMs: 12_000,
  checkIntervalMs: 1_000,
  keepAliveTimeoutMs: 65_000,
  maxHeaderBytes: 8_192,
  maxConnections: 10_000,
  maxRequestsPerSocket: 10_000,
  goodbyeMs: 500,
};

export interface Listening {
  readonly host: string;
  readonly port: number;
}

export interface HttpServer {
  readonly server: Server;
  /** Port 0 takes a free one. @throws when the address cannot be bound. */
  listen(at: Listening): Promise<Listening>;
  /** Answers with `Connection: close` for a moment, then accepts nothing more, then resolves. */
  drain(): Promise<void>;
  /** New certificates for new connections. @throws when they cannot be used; the old ones stay. */
  renewTls(material: TlsMaterial): void;
}

const tlsOptions = ({ cert, key, clientCa }: TlsMaterial): TlsServerOptions => ({
  cert,
  key,
  minVersion: 'TLSv1.2',
  ...(clientCa === null
    ? {}
    : {
        ca: clientCa,
        requestCert: true,
        // A certificate that is none of ours is told apart by the application, which answers 401.
        rejectUnauthorized: false,
        // A resumed session would carry the judgement of a CA that may have been replaced since.
        secureOptions: constants.SSL_OP_NO_TICKET,
      }),
});

/** Node reads these limits when the server is made; set later, they are not enforced in time. */
const createLimitedServer = (
  app: Express,
  { fastPrototypes, limits, listener = app, tls }: HttpServerOptions,
): Server => {
  const applied = { ...defaultLimits, ...limits };
  const options: ServerOptions = {
    headersTimeout: applied.headersTimeoutMs,
    requestTimeout: applied.requestTimeoutMs,
    connectionsCheckingInterval: applied.checkIntervalMs,
    keepAliveTimeout: applied.keepAliveTimeoutMs,
    maxHeaderSize: applied.maxHeaderBytes,
    // Whatever the command line says: leniency is what smuggling lives on.
    insecureHTTPParser: false,
    requireHostHeader: true,
    ...(fastPrototypes === false ? {} : bornAsExpressExpects(app)),
  };
  const server =
    tls === undefined
      ? createServer(options, listener)
      : createTlsServer(
          { ...options, ...tlsOptions(tls), handshakeTimeout: applied.headersTimeoutMs },
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

const turnsToRead = 3;

/**
 * Until what has arrived has been read. On a busy process a connection that seems idle may have a
 * request waiting in the kernel, and closing it would be a reset to the caller.
 */
const untilRead = async (): Promise<void> => {
  for (let turn = 0; turn < turnsToRead; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
};

const closeServer = async (server: Server): Promise<void> => {
  await untilRead();
  // A response whose headers were out before the drain leaves its connection idle afterwards.
  const sweep = setInterval(() => {
    void untilRead().then(() => {
      server.closeIdleConnections();
    });
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

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.getConnections((_error, count) => {
      resolve(count);
    });
  });

/** Resolves when nobody is connected any more, or the time is over. */
const untilLeft = async (server: Server, goodbyeMs: number): Promise<void> => {
  const startedAt = performance.now();
  while (performance.now() - startedAt < goodbyeMs && (await connectionsOf(server)) > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, idleSweepMs);
    });
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
      await untilLeft(server, options.limits?.goodbyeMs ?? defaultLimits.goodbyeMs);
      await closeServer(server);
    },
    renewTls: (material) => {
      if (server instanceof TlsServer) server.setSecureContext(tlsOptions(material));
    },
  };
};
