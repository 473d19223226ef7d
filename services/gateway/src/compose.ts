import { createStepgateClient } from '@stepgate/client';
import {
  createHealth,
  createHttpServer,
  createMetrics,
  createOperationsRouter,
  type Health,
  type Log,
} from '@stepgate/telemetry';
import express, { type RequestHandler } from 'express';
import { createApp } from './app.js';
import type { GatewayConfig, GuardConfig } from './config.js';
import { createCookies } from './cookies.js';
import { createDeviceCookie } from './device-cookie.js';
import type { GatewayDeps } from './gateway-deps.js';
import { observeClient } from './observed-client.js';
import { createPeers } from './peers.js';
import type { GuardDeps } from './routes/guard-deps.js';
import { pendingTtlMs } from './routes/refuse.js';
import { createSealedTokens } from './sealed-tokens.js';
import { createUpstreamLogin } from './upstream-login.js';
import { createUpstreamProxy } from './upstream-proxy.js';
import { createVerifier } from './verifier.js';

export interface Gateway {
  readonly health: Health;
  readonly start: () => Promise<{ readonly host: string; readonly port: number }>;
  readonly stop: () => Promise<void>;
}

const composeGuard = (gateway: GatewayDeps, guard: GuardConfig): GuardDeps => ({
  ...gateway,
  guard,
  tokens: createSealedTokens({
    keys: guard.sessionKeys,
    sessionTtlMs: guard.sessionTtlMs,
    pendingTtlMs,
  }),
  upstreamLogin: createUpstreamLogin({
    loginUrl: guard.upstreamUrl + guard.loginPath,
    timeoutMs: guard.upstreamTimeoutMs,
  }),
  upstreamProxy: createUpstreamProxy(
    { upstreamUrl: guard.upstreamUrl, timeoutMs: guard.upstreamTimeoutMs },
    gateway.cookies,
  ),
  verifier: guard.verifierUrl === null ? null : createVerifier(guard.verifierUrl),
});

const operationsApp = (operations: RequestHandler): express.Express =>
  express().disable('x-powered-by').use(operations);

/**
 * The gateway, wired. It is ready without the engine: being away is a case that it enforces, and a
 * gateway out of rotation could not.
 */
export const composeGateway = (config: GatewayConfig, log: Log): Gateway => {
  const metrics = createMetrics({ service: 'gateway' });
  const health = createHealth();
  const client = createStepgateClient(config.engine);
  const cookies = createCookies(config.mode === 'production');
  const gateway: GatewayDeps = {
    client: observeClient({ client, metrics, log, stopwatch: () => performance.now() }),
    config,
    peers: createPeers(config.trustedProxies),
    cookies,
    deviceCookie: createDeviceCookie(cookies),
    metrics,
    log,
  };
  const guard = config.guard === null ? null : composeGuard(gateway, config.guard);
  const operations = createOperationsRouter({ health, metrics });
  const { fastPrototypes, operationsPort } = config;
  const shared = operationsPort === null ? operations : null;
  const server = createHttpServer(createApp({ gateway, guard, operations: shared }), {
    fastPrototypes,
  });
  const operationsServer = createHttpServer(operationsApp(operations), { fastPrototypes });
  return {
    health,
    start: async () => {
      if (operationsPort !== null) {
        await operationsServer.listen({ host: config.listen.host, port: operationsPort });
      }
      return server.listen(config.listen);
    },
    stop: async () => {
      await server.drain();
      if (operationsServer.server.listening) await operationsServer.drain();
      guard?.upstreamProxy.close();
      client.close();
    },
  };
};
