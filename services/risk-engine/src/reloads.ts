import type { Log, RiskEngineMetrics } from '@stepgate/telemetry';
import type { ApiKeys } from './api-keys.js';
import type { Config } from './config.js';
import type { PolicyDirectory } from './policy-directory.js';
import type { SignalSources } from './compose-signal-sources.js';
import { watchPath, type PathWatch } from './watch-path.js';

const intervalMs = 1_000;

export interface ReloadDeps {
  readonly config: Config;
  readonly policies: PolicyDirectory;
  readonly apiKeys: ApiKeys;
  readonly sources: SignalSources;
  readonly metrics: RiskEngineMetrics;
  readonly log: Log;
}

export interface Reloads {
  /** Whether the newest key file is the one in force. */
  keysAreFresh(): boolean;
  stop(): void;
}

const reloadPolicies = async ({ policies, metrics, log }: ReloadDeps): Promise<void> => {
  const good = await policies.reload();
  metrics.policyReload(good ? 'loaded' : 'refused');
  metrics.policiesLoaded(policies.inForce());
  if (good) log.info({ component: 'policies' }, 'policies reloaded');
  else log.error({ component: 'policies' }, 'policies refused, the last good ones stay');
};

/** Policies, keys and reputation lists are read again when their files change; what is bad never replaces what is good. */
export const startReloads = (deps: ReloadDeps): Reloads => {
  const { config, apiKeys, sources, log } = deps;
  let keysFresh = true;
  const reloadKeys = async (): Promise<void> => {
    keysFresh = await apiKeys.reload().then(
      () => true,
      (error: unknown) => {
        log.error(
          { component: 'api_keys', err: error },
          'key file refused, the last good one stays',
        );
        return false;
      },
    );
  };
  const reloadReputation = async (): Promise<void> => {
    const { problem } = await sources.reputation.reload();
    if (problem === null) log.info({ component: 'reputation' }, 'reputation lists reloaded');
    else log.error({ component: 'reputation', cause: problem }, 'reputation lists refused in part');
  };
  const watches: PathWatch[] = [
    watchPath(config.STEPGATE_POLICY_DIR, { intervalMs, onChange: () => reloadPolicies(deps) }),
    watchPath(config.STEPGATE_KEYS_FILE, { intervalMs, onChange: reloadKeys }),
  ];
  if (config.STEPGATE_REPUTATION_DIR !== undefined) {
    const onChange = reloadReputation;
    watches.push(watchPath(config.STEPGATE_REPUTATION_DIR, { intervalMs, onChange }));
  }
  return {
    keysAreFresh: () => keysFresh,
    stop: () => {
      for (const watch of watches) watch.stop();
    },
  };
};
