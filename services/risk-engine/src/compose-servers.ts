import { readFile } from 'node:fs/promises';
import {
  createHttpServer,
  type HttpServer,
  type Listening,
  type TlsMaterial,
} from '@stepgate/telemetry';
import type { App } from './app.js';
import type { Config } from './config.js';

export interface Servers {
  /** Health, metrics and administration, where they have a listener of their own. */
  listenForOperations(): Promise<void>;
  listen(): Promise<Listening>;
  /** Certificate, key and client CA; empty without TLS. */
  tlsFiles(): readonly string[];
  /** Reads them again, for new connections. @throws when they cannot be used; the old ones stay. */
  reloadTls(): Promise<void>;
  drain(): Promise<void>;
}

const readTls = async (config: Config): Promise<TlsMaterial | undefined> => {
  const { STEPGATE_TLS_CERT_FILE: cert, STEPGATE_TLS_KEY_FILE: key } = config;
  const ca = config.STEPGATE_TLS_CLIENT_CA_FILE;
  if (cert === undefined || key === undefined) {
    if (cert === key && ca === undefined) return undefined;
    throw new Error('STEPGATE_TLS_CERT_FILE and STEPGATE_TLS_KEY_FILE must be set together.');
  }
  return {
    cert: await readFile(cert, 'utf8'),
    key: await readFile(key, 'utf8'),
    clientCa: ca === undefined ? null : await readFile(ca, 'utf8'),
  };
};

/** @throws when a certificate or a key cannot be used: an engine must not fall back to plain HTTP. */
export const createServers = async (config: Config, app: App): Promise<Servers> => {
  const tls = await readTls(config);
  const shared = {
    fastPrototypes: config.STEPGATE_FAST_PROTOTYPES === 'true',
    ...(tls === undefined ? {} : { tls }),
  };
  const main = createHttpServer(app.express, {
    ...shared,
    listener: app.listener,
    limits: { goodbyeMs: config.STEPGATE_GOODBYE_MS },
  });
  const operations =
    app.operations === null ? null : createHttpServer(app.operations, { ...shared });
  const all: readonly HttpServer[] = operations === null ? [main] : [operations, main];
  const host = config.STEPGATE_HOST;
  return {
    listenForOperations: async () => {
      const port = config.STEPGATE_OPERATIONS_PORT;
      if (port !== undefined) await operations?.listen({ host, port });
    },
    listen: () => main.listen({ host, port: config.STEPGATE_PORT }),
    tlsFiles: () =>
      [
        config.STEPGATE_TLS_CERT_FILE,
        config.STEPGATE_TLS_KEY_FILE,
        config.STEPGATE_TLS_CLIENT_CA_FILE,
      ].filter((file) => file !== undefined),
    reloadTls: async () => {
      const renewed = await readTls(config);
      if (renewed !== undefined) for (const server of all) server.renewTls(renewed);
    },
    drain: async () => {
      await Promise.all(all.map((server) => server.drain()));
    },
  };
};
