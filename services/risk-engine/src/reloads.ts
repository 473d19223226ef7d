import type { Log, RiskEngineMetrics } from '@stepgate/telemetry';
import type { Callers } from './callers/callers.js';
import type { Servers } from './compose-servers.js';
import type { Config } from './config.js';
import type { PolicyDirectory } from './policy-directory.js';
import type { SignalSources } from './compose-signal-sources.js';
import { watchPath, type PathWatch } from './watch-path.js';

const intervalMs = 1_000;

export interface ReloadDeps {
  readonly config: Config;
  readonly policies: PolicyDirectory;
  readonly callers: Pick<Callers, 'files' | 'reload'>;
  readonly servers: Pick<Servers, 'tlsFiles' | 'reloadTls'>;
  readonly sources: SignalSources;
  readonly metrics: RiskEngineMetrics;
  readonly log: Log;
  /** For the audit log. */
  readonly tell: (what: string, data?: { readonly versions: readonly string[] }) => void;
}

export const versionsOf = ({ inForce }: PolicyDirectory): readonly string[] =>
  inForce().map(({ name, version }) => `${name} ${version}`);

export interface Reloads {
  /** Whether the newest key file is the one in force. */
  keysAreFresh(): boolean;
  stop(): void;
}

const reloadPolicies = async ({ policies, metrics, log, tell }: ReloadDeps): Promise<void> => {
  const good = await policies.reload();
  metrics.policyReload(good ? 'loaded' : 'refused');
  metrics.policiesLoaded(policies.inForce());
  tell(good ? 'policies_loaded' : 'policies_refused', { versions: versionsOf(policies) });
  if (good) log.info({ component: 'policies' }, 'policies reloaded');
  else log.error({ component: 'policies' }, 'policies refused, the last good ones stay');
};

/** Policies, keys and reputation lists are read again when their files change; what is bad never replaces what is good. */
export const startReloads = (deps: ReloadDeps): Reloads => {
  const { config, callers, servers, sources, log, tell } = deps;
  let keysFresh = true;
  const reloadKeys = async (): Promise<void> => {
    keysFresh = await callers.reload().then(
      () => true,
      (error: unknown) => {
        log.error(
          { component: 'api_keys', err: error },
          'key file refused, the last good one stays',
        );
        return false;
      },
    );
    tell(keysFresh ? 'keys_loaded' : 'keys_refused');
  };
  const reloadTls = async (): Promise<void> => {
    await servers.reloadTls().then(
      () => {
        tell('certificates_loaded');
        log.info({ component: 'tls' }, 'certificates reloaded');
      },
      (error: unknown) => {
        tell('certificates_refused');
        log.error({ component: 'tls', err: error }, 'certificates refused, the last ones stay');
      },
    );
  };
  const reloadReputation = async (): Promise<void> => {
    const { problem } = await sources.reputation.reload();
    tell(problem === null ? 'reputation_loaded' : 'reputation_refused');
    if (problem === null) log.info({ component: 'reputation' }, 'reputation lists reloaded');
    else log.error({ component: 'reputation', cause: problem }, 'reputation lists refused in part');
  };
  const watches: PathWatch[] = [
    watchPath(config.STEPGATE_POLICY_DIR, { intervalMs, onChange: () => reloadPolicies(deps) }),
    watchPath(callers.files, { intervalMs, onChange: reloadKeys }),
    watchPath(servers.tlsFiles, { intervalMs, onChange: reloadTls }),
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
