import type { Population, PopulationSource } from '@stepgate/assessment';
import type { Familiarity, TraitLevel } from '@stepgate/engine';
import type { RedisConnection } from './connection.js';
import { createIdentifiers, type Identifiers } from './identifiers.js';
import { keyOf, shards } from './keys.js';
import { traitCountsFrom, traitFieldsIn, traitKinds } from './trait-fields.js';

export interface RedisPopulationsDeps {
  readonly connection: RedisConnection;
  /** Of the deployment, see RedisStateDeps. */
  readonly secret: string | Uint8Array;
  /** Pause between two readings of a tenant's counts. */
  readonly refreshMs: number;
  readonly observer?: {
    /** Told of every reading. */
    read?(told: { readonly ok: boolean; readonly durationMs: number }): void;
  };
}

export interface RedisPopulations extends PopulationSource {
  /** Reads the tenants now; what cannot be read is read later. */
  load(tenants: readonly string[]): Promise<void>;
  /** Seconds since the oldest of the readings in use; null while there is none. */
  oldestAgeSeconds(): number | null;
  close(): void;
}

type Counts = ReadonlyMap<string, number>;

const kindOf = { ...traitKinds, hour: 'h' } as const satisfies Readonly<Record<TraitLevel, string>>;

const distinctIn = (counts: Counts): Readonly<Record<string, number>> => {
  const distinct: Record<string, number> = {};
  for (const field of counts.keys()) {
    const kind = field.slice(0, 1);
    distinct[kind] = (distinct[kind] ?? 0) + 1;
  }
  return distinct;
};

const populationFrom = (counts: Counts): Population => {
  const byKind = distinctIn(counts);
  const distinctOf = (level: TraitLevel): number => byKind[kindOf[level]] ?? 0;
  const distinct: NonNullable<Familiarity['population']>['distinct'] = {
    address: distinctOf('address'),
    asn: distinctOf('asn'),
    country: distinctOf('country'),
    userAgent: distinctOf('userAgent'),
    browser: distinctOf('browser'),
    os: distinctOf('os'),
    deviceType: distinctOf('deviceType'),
    rtt: distinctOf('rtt'),
    hour: distinctOf('hour'),
  };
  const logins = counts.get('N') ?? 0;
  const subjects = counts.get('U') ?? 0;
  const returns = counts.get('K') ?? 0;
  return {
    familiarTo: (traits, at) => ({
      logins,
      subjects,
      returns,
      counts: traitCountsFrom(
        traitFieldsIn(traits),
        (field) => counts.get(field) ?? 0,
        counts.get(`h:${String(new Date(at).getUTCHours())}`) ?? 0,
      ),
      distinct,
    }),
  };
};

interface Reading {
  readonly population: Population;
  /** In the time of the requests, see keepUp. */
  readonly at: number;
  readonly readAt: number;
}

/** A tenant that nobody has asked for in so many pauses is read no more. */
const idleReadings = 10;

/** One pass over the 64 hashes of a tenant, added up. */
const readCounts = async (
  connection: RedisConnection,
  identifiers: Identifiers,
  tenant: string,
): Promise<Counts> => {
  const { hash } = identifiers.tenant(tenant);
  const hashes = await connection.call('read_population', 'patient', ({ client }) =>
    Promise.all(shards.map((shard) => client.hgetall(keyOf('population', shard, hash)))),
  );
  const counts = new Map<string, number>();
  for (const fields of hashes) {
    for (const [field, count] of Object.entries(fields)) {
      counts.set(field, (counts.get(field) ?? 0) + Number(count));
    }
  }
  return counts;
};

interface Reader {
  readonly readings: ReadonlyMap<string, Reading>;
  isReading(tenant: string): boolean;
  /** One reading at a time for each tenant. @param at in the time of the requests. */
  read(tenant: string, at: number): Promise<void>;
  forget(tenant: string): void;
}

const createReader = ({ connection, secret, observer }: RedisPopulationsDeps): Reader => {
  const identifiers = createIdentifiers(secret);
  const readings = new Map<string, Reading>();
  const underWay = new Map<string, Promise<void>>();
  const readNow = async (tenant: string, at: number): Promise<void> => {
    const startedAt = performance.now();
    const tell = (ok: boolean) =>
      observer?.read?.({ ok, durationMs: performance.now() - startedAt });
    try {
      const counts = await readCounts(connection, identifiers, tenant);
      readings.set(tenant, { population: populationFrom(counts), at, readAt: performance.now() });
      tell(true);
    } catch (error) {
      tell(false);
      throw error;
    } finally {
      underWay.delete(tenant);
    }
  };
  return {
    readings,
    isReading: (tenant) => underWay.has(tenant),
    read: (tenant, at) => {
      const running = underWay.get(tenant) ?? readNow(tenant, at);
      underWay.set(tenant, running);
      return running;
    },
    forget: (tenant) => {
      readings.delete(tenant);
    },
  };
};

/** Statistics of the tenants that are asked for, read again and again in the background. */
export const createRedisPopulations = (deps: RedisPopulationsDeps): RedisPopulations => {
  const { refreshMs } = deps;
  const reader = createReader(deps);
  const wantedAt = new Map<string, number>();
  /** A failure is told to the observer; the last reading stays in use. */
  const readInBackground = (tenant: string): void => {
    reader.read(tenant, Date.now()).catch(() => undefined);
  };
  const timer = setInterval(() => {
    const now = performance.now();
    for (const [tenant, at] of wantedAt) {
      if (now - at > idleReadings * refreshMs) {
        wantedAt.delete(tenant);
        reader.forget(tenant);
      } else readInBackground(tenant);
    }
  }, refreshMs);
  timer.unref();

  return {
    current: (tenant) => {
      wantedAt.set(tenant, performance.now());
      const reading = reader.readings.get(tenant);
      if (reading === undefined && !reader.isReading(tenant)) readInBackground(tenant);
      return reading?.population ?? null;
    },
    keepUp: async (tenant, devNow) => {
      if (devNow === null) return;
      const reading = reader.readings.get(tenant);
      if (reading !== undefined && Math.abs(devNow - reading.at) < refreshMs) return;
      await reader.read(tenant, devNow);
    },
    load: async (tenants) => {
      const now = performance.now();
      for (const tenant of tenants) wantedAt.set(tenant, now);
      await Promise.allSettled(tenants.map((tenant) => reader.read(tenant, Date.now())));
    },
    oldestAgeSeconds: () => {
      const times = [...reader.readings.values()].map(({ readAt }) => readAt);
      return times.length === 0 ? null : (performance.now() - Math.min(...times)) / 1000;
    },
    close: () => {
      clearInterval(timer);
    },
  };
};
