import type { RedisConnection } from './connection.js';
import { isAppending, readInfo, type Info } from './redis-info.js';

/** How Redis is set up, of all nodes the worst; null: it does not say. */
export interface RedisSettings {
  /** What it does when memory is full. */
  readonly evictionPolicy: string | null;
  readonly appendOnlyFile: 'written' | 'off' | 'failing' | null;
  readonly version: string | null;
  /** Whether a release with known holes; of a distribution's own fixes its version says nothing. */
  readonly outdated: boolean;
  readonly replicas: number;
}

export interface StateWatch {
  /** Null before the first answer. */
  latest(): RedisSettings | null;
  /** The most that were ever seen, so that a replica that is gone is missed. */
  replicasSeen(): number;
  /** Looks at once, e.g. since the server may be another now. Never rejects. */
  look(): Promise<void>;
  close(): void;
}

export interface StateWatchDeps {
  readonly connection: RedisConnection;
  /** Half a minute unless given: what somebody changes is noticed within one. */
  readonly everyMs?: number;
  /** Told of what was read. */
  readonly onRead?: (settings: RedisSettings) => void;
}

const defaultEveryMs = 30_000;
export const safePolicy = 'noeviction';

/** First releases of their lines without CVE-2025-49844 (Lua, use after free); Valkey counts apart. */
const fixedReleases = ['6.2.20', '7.2.11', '7.4.6', '8.0.4', '8.2.2'];

const partsOf = (version: string): readonly number[] => version.split('.').map(Number);

const isOutdated = (info: Info): boolean => {
  const version = info.get('redis_version');
  if (version === undefined || info.get('server_name') === 'valkey') return false;
  const [major = 0, minor = 0, patch = 0] = partsOf(version);
  const fixed = fixedReleases.map(partsOf);
  const line = fixed.find(([one, two]) => one === major && two === minor);
  if (line !== undefined) return patch < (line[2] ?? 0);
  const [newestMajor = 0, newestMinor = 0] = fixed.at(-1) ?? [];
  return major < newestMajor || (major === newestMajor && minor < newestMinor);
};

const fileOf = (info: Info): RedisSettings['appendOnlyFile'] => {
  if (isAppending(info)) return 'written';
  if (info.get('aof_enabled') === undefined) return null;
  return info.get('aof_enabled') === '1' ? 'failing' : 'off';
};

const worstFile = (infos: readonly Info[]): RedisSettings['appendOnlyFile'] => {
  const files = infos.map(fileOf);
  const worst = (['off', 'failing', null] as const).find((state) => files.includes(state));
  return worst === undefined ? 'written' : worst;
};

const settingsIn = (infos: readonly Info[]): RedisSettings => {
  const policies = infos.map((info) => info.get('maxmemory_policy') ?? null);
  return {
    evictionPolicy: policies.find((policy) => policy !== safePolicy) ?? policies[0] ?? null,
    appendOnlyFile: worstFile(infos),
    version: infos[0]?.get('redis_version') ?? null,
    outdated: infos.some(isOutdated),
    replicas: infos.reduce((sum, info) => sum + Number(info.get('connected_slaves') ?? 0), 0),
  };
};

/** Whether Redis is set up to keep what it is told: asked again and again, since anybody may change it. */
export const createStateWatch = (deps: StateWatchDeps): StateWatch => {
  const { connection, everyMs = defaultEveryMs } = deps;
  let latest: RedisSettings | null = null;
  let replicasSeen = 0;
  const look = async (): Promise<void> => {
    try {
      const infos = await connection.call('read_settings', undefined, ({ client }) =>
        readInfo(client),
      );
      latest = settingsIn(infos);
    } catch {
      // Whoever watches the connection knows; what was read last stays.
      return;
    }
    replicasSeen = Math.max(replicasSeen, latest.replicas);
    deps.onRead?.(latest);
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    latest: () => latest,
    replicasSeen: () => replicasSeen,
    look,
    close: () => {
      clearInterval(timer);
    },
  };
};
