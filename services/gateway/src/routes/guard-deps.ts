import type { GuardConfig } from '../config.js';
import type { GatewayDeps } from '../gateway-deps.js';
import type { SealedTokens } from '../sealed-tokens.js';
import type { UpstreamLogin } from '../upstream-login.js';
import type { UpstreamProxy } from '../upstream-proxy.js';
import type { Verifier } from '../verifier.js';

/** What the reverse-proxy mode needs besides. */
export interface GuardDeps extends GatewayDeps {
  readonly guard: Pick<GuardConfig, 'loginPath' | 'subjectField' | 'sessionTtlMs'>;
  readonly tokens: SealedTokens;
  readonly upstreamLogin: UpstreamLogin;
  readonly upstreamProxy: UpstreamProxy;
  /** Null: no step-up can be completed. */
  readonly verifier: Verifier | null;
}
