import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '@stepgate/telemetry';
import { allow } from '../../../packages/client/test/decisions.js';
import {
  decide,
  startScriptedEngine,
  type ScriptedEngine,
} from '../../../packages/client/test/scripted-engine.js';
import { composeGateway } from '../src/compose.js';
import { parseConfig } from '../src/config.js';
import { createToyUpstream } from '../src/toy-upstream.js';

const accounts = {
  alice: {
    password: 'correct horse',
    groups: ['finance'],
    authenticators: { passkey: 'alice-passkey', push: 'alice-push' },
    number: '42',
  },
  bob: { password: 'battery staple', groups: [], authenticators: {}, number: '7' },
};

export interface SeenByUpstream {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: http.IncomingHttpHeaders;
}

export interface TestUpstream {
  readonly url: string;
  readonly seen: SeenByUpstream[];
  /** Answers instead of the toy application, when set. */
  override: http.RequestListener | null;
  close(): Promise<void>;
}

const closeServer = (server: http.Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

/** The toy application behind a server that writes down what reaches it. */
export const startUpstream = async (): Promise<TestUpstream> => {
  const toy = createToyUpstream(accounts);
  const seen: SeenByUpstream[] = [];
  const server = http.createServer((request, response) => {
    const { method = '', url = '', rawHeaders, headers } = request;
    seen.push({ method, url, rawHeaders, headers: { ...headers } });
    (upstream.override ?? toy)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: TestUpstream = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    override: null,
    close: () => closeServer(server),
  };
  return upstream;
};

export interface TestGateway {
  readonly url: string;
  readonly engine: ScriptedEngine;
  readonly upstream: TestUpstream;
  /** Everything logged so far. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

/** A whole gateway on a free port, between a scripted engine and the toy application. */
export const startGateway = async (env: Record<string, string> = {}): Promise<TestGateway> => {
  const engine = await startScriptedEngine(decide(allow));
  const upstream = await startUpstream();
  const parsed = parseConfig({
    STEPGATE_MODE: 'dev',
    STEPGATE_PORT: '0',
    STEPGATE_ENGINE_URL: engine.url,
    STEPGATE_API_KEY: 'gateway-key',
    // Generous: a busy machine must not look like an engine that is away.
    STEPGATE_ENGINE_TIMEOUT_MS: '1000',
    STEPGATE_UPSTREAM_URL: upstream.url,
    STEPGATE_VERIFIER_URL: `${upstream.url}/verify`,
    STEPGATE_SESSION_KEYS: 'a session key of more than 32 characters',
    ...env,
  });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const gateway = composeGateway(parsed.config, createLog({ service: 'gateway', destination }));
  const { port } = await gateway.start();
  return {
    url: `http://127.0.0.1:${String(port)}`,
    engine,
    upstream,
    log: () => lines.join(''),
    close: async () => {
      await gateway.stop();
      await Promise.all([engine.close(), upstream.close()]);
    },
  };
};

export const form = (fields: Record<string, string>) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

export const aliceLogin = form({ username: 'alice', password: 'correct horse' });
