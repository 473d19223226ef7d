import type { GatewayMetrics, Log } from '@stepgate/telemetry';
import type { GatewayConfig } from './config.js';
import type { Cookies } from './cookies.js';
import type { DeviceCookie } from './device-cookie.js';
import type { EngineClient } from './observed-client.js';
import type { Peers } from './peers.js';

/** What every route needs. */
export interface GatewayDeps {
  readonly client: EngineClient;
  readonly config: Pick<GatewayConfig, 'application' | 'failMode' | 'headers'>;
  readonly peers: Peers;
  readonly cookies: Cookies;
  readonly deviceCookie: DeviceCookie;
  readonly metrics: Pick<GatewayMetrics, 'enforcement'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
}
