import type { InstanceState, RedisSettings } from '@stepgate/redis';
import type { CheckResult, HealthCheck } from '@stepgate/telemetry';

const initialise =
  'see docs/deploy.md ("The state"); if this is right, run once: stepgate state init --accept-emptied, in the image: node services/risk-engine/dist/state-main.js init --accept-emptied';

/**
 * Not ready, unlike an engine that has lost Redis: whatever it would be asked, it can only say that
 * somebody has to look. Those who ask it all the same get a degraded answer.
 */
export const checkInstance =
  (latest: () => InstanceState | null): HealthCheck =>
  (): CheckResult => {
    const state = latest();
    switch (state?.kind) {
      case undefined:
        return { ok: true, detail: 'not known until Redis answers' };
      case 'intact':
        return { ok: true, detail: `begun ${state.instance.since}` };
      case 'rotated':
        return { ok: false, detail: 'begun under the previous secret; restart to take it over' };
      case 'partial':
        return {
          ok: false,
          detail: `emptied in part, decisions are degraded: ${initialise}`,
        };
      case 'absent':
        return {
          ok: false,
          detail: `never begun, or emptied, or another's: decisions are degraded; ${initialise}`,
        };
    }
  };

const appendOnly: Readonly<Record<'off' | 'failing' | 'untold', string>> = {
  off: 'THE APPEND-ONLY FILE IS OFF: a restart of Redis loses every lock and denial',
  failing: 'THE APPEND-ONLY FILE CANNOT BE WRITTEN: look at the disk of Redis',
  untold: 'Redis does not say whether it has an append-only file; taken for none',
};

/** What is wrong with how Redis is set up; empty when nothing is. */
export const settingsProblems = (
  { evictionPolicy, appendOnlyFile }: RedisSettings,
  safePolicy: string,
): readonly string[] => [
  ...(evictionPolicy === null || evictionPolicy === safePolicy
    ? []
    : [`maxmemory-policy is ${evictionPolicy}, which drops locks: set ${safePolicy}`]),
  ...(appendOnlyFile === 'written' ? [] : [appendOnly[appendOnlyFile ?? 'untold']]),
];

/** An evicting Redis is not fit to serve; one that forgets at a restart serves, and says so. */
export const checkSettings =
  (latest: () => RedisSettings | null, safePolicy: string): HealthCheck =>
  (): CheckResult => {
    const settings = latest();
    if (settings === null) return { ok: true, detail: 'not known until Redis answers' };
    const problems = settingsProblems(settings, safePolicy);
    if (problems.length > 0) {
      const evicts = settings.evictionPolicy !== null && settings.evictionPolicy !== safePolicy;
      return { ok: false, degraded: !evicts, detail: problems.join('; ') };
    }
    const told = `${safePolicy}, append-only file on, ${String(settings.replicas)} replicas`;
    const version = settings.version ?? 'untold';
    return {
      ok: true,
      detail: settings.outdated
        ? `${told}; Redis ${version} by its number has known holes in Lua: see SECURITY.md for the packages that mend them`
        : `${told}, Redis ${version}`,
    };
  };
