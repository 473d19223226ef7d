import type { RedisConnection } from '@stepgate/redis';
import type { Health } from '@stepgate/telemetry';
import { checkNodeVersion } from './node-version.js';
import type { PolicyDirectory } from './policy-directory.js';
import type { Reloads } from './reloads.js';
import type { SignalSources } from './compose-signal-sources.js';

export interface ReadinessDeps {
  readonly connection: RedisConnection;
  readonly policies: PolicyDirectory;
  readonly sources: SignalSources;
  readonly reloads: () => Reloads | null;
}

const ok = (detail: string) => ({ ok: true, detail });

/**
 * An engine becomes ready when it has reached Redis once. After that it stays in service without it:
 * all engines lose Redis at the same time, and a marked, degraded answer is worth more to a gateway
 * than none. What is missing is told by the status `degraded` and the checks.
 */
export const registerChecks = (health: Health, deps: ReadinessDeps): void => {
  const { connection, policies, sources, reloads } = deps;
  let hasBeenUp = false;
  health.register('redis', () => {
    const up = connection.isUp();
    hasBeenUp ||= up;
    return up
      ? ok('answers in time')
      : { ok: false, degraded: hasBeenUp, detail: 'does not answer: decisions are degraded' };
  });
  health.register('runtime', () => checkNodeVersion(process.versions.node));
  health.register('policies', () => {
    const problems = policies.problems().length;
    const inForce = `${String(policies.inForce().length)} in force`;
    return ok(
      problems === 0
        ? inForce
        : `${inForce}; the newest files have ${String(problems)} problems and are not used`,
    );
  });
  health.register('api_keys', () =>
    ok(reloads()?.keysAreFresh() === false ? 'the newest key file is refused' : 'in force'),
  );
  for (const { source } of sources.addressIntel.status()) {
    health.register(source, () => {
      const status = sources.addressIntel.status().find((each) => each.source === source);
      const date = status?.dataDate?.toISOString().slice(0, 10) ?? 'of unknown age';
      return ok(status?.problem ?? `data ${date}`);
    });
  }
};
