import { randomUUID } from 'node:crypto';
import {
  alertKinds,
  type DevNow,
  type SubjectExport,
  type SubjectStore,
  type SubjectView,
} from '@stepgate/assessment';
import { alertSeverities, type Instant } from '@stepgate/engine';
import { readExport } from './export-subject.js';
import { pseudonymPrefix, shortHashLength, type Identity } from './identifiers.js';
import { keyOf, keyPrefix, shardKey } from './keys.js';
import { listIn, numberIn, numberOrNullIn, textIn, textOrNullIn } from './reply.js';
import { saltKeyOf } from './seal-salts.js';
import { scripts } from './scripts.js';
import type { StoreDeps } from './store-deps.js';
import {
  accountRiskIn,
  breachIn,
  countingArgs,
  deviceIn,
  hoursIn,
  lockIn,
  pushActivityIn,
} from './subject-reply.js';

type Fields = Readonly<Record<string, string>>;

const fieldsIn = (value: unknown): Fields => {
  const flat = listIn(value).map(textIn);
  const fields: Record<string, string> = {};
  for (let n = 0; n + 1 < flat.length; n += 2) fields[flat[n] ?? ''] = flat[n + 1] ?? '';
  return fields;
};

/** What stands after `d:`, `c:` or `a:` in the names of the profile's fields. */
const known = (profile: Fields, kind: 'd' | 'c' | 'a'): readonly string[] =>
  Object.keys(profile)
    .filter((field) => field.startsWith(`${kind}:`))
    .map((field) => field.slice(2));

/** @param episode id, kind, severity, opened, last counted, count. */
const alertIn = (episode: readonly unknown[]): SubjectView['alert'] => {
  const [id, kind, severity, openedAt, at, count] = episode;
  const kindText = textOrNullIn(kind);
  if (textOrNullIn(id) === null) return null;
  return {
    id: textIn(id),
    kind: alertKinds.find((one) => one === kindText) ?? 'push_fatigue',
    severity: alertSeverities[numberIn(severity) - 1] ?? 'critical',
    openedAt: numberIn(openedAt),
    at: numberIn(at ?? 0),
    count: numberIn(count ?? 0),
  };
};

interface Stored {
  readonly now: Instant;
  readonly profile: Fields;
  readonly guard: Fields;
  readonly failures: number;
  readonly push: unknown;
  readonly episode: readonly unknown[];
}

const viewFrom = ({ now, profile, guard, failures, push, episode }: Stored): SubjectView => {
  const activity = pushActivityIn(push);
  return {
    logins: numberIn(profile['n'] ?? 0),
    lastLoginAt: numberOrNullIn(profile['last']),
    devices: known(profile, 'd').map((id) => {
      const { firstSeenAt, lastSeenAt, trusted } = deviceIn(profile[`d:${id}`] ?? '');
      return { id: pseudonymPrefix.device + id, firstSeenAt, lastSeenAt, trusted };
    }),
    countries: known(profile, 'c').toSorted(),
    asns: known(profile, 'a')
      .map(Number)
      .toSorted((a, b) => a - b),
    loginsByHour: hoursIn(profile['h'] ?? null),
    failures24h: failures,
    pushPrompts24h: { ...activity.last24h },
    lock: lockIn([guard['lr'], guard['ls'], guard['lu'], guard['lx']], now),
    credentialBreachedAt: breachIn(guard['b'], now),
    accountRiskAt: accountRiskIn(guard['rk']),
    push: activity,
    alert: alertIn(episode),
  };
};

type Asked = Pick<Parameters<SubjectStore['viewSubject']>[0], 'counting' | 'now'>;

const isUnknown = ({ profile, guard, failures, push }: Stored): boolean =>
  Object.keys(profile).length + Object.keys(guard).length + failures === 0 && push === '';

const readStored = async (
  { connection }: StoreDeps,
  { shard, hash }: Identity,
  { counting, now: devNow }: Asked,
): Promise<Stored> => {
  const answer = await connection.call('view_subject', 'patient', (session) =>
    session.run(scripts['view-subject'], {
      keys: [
        keyOf('profile', shard, hash),
        keyOf('failures', shard, hash),
        keyOf('push', shard, hash),
        keyOf('guard', shard, hash),
        keyOf('episode', shard, hash),
      ],
      operation: randomUUID(),
      now: devNow,
      args: countingArgs(counting),
    }),
  );
  const [now, profile, guard, failures, push, episode] = answer.values;
  return {
    now: numberIn(now),
    profile: fieldsIn(profile),
    guard: fieldsIn(guard),
    failures: numberIn(failures),
    push,
    episode: listIn(episode),
  };
};

/** Of a subject that only its hash names. Null: nothing is known. */
export const viewIdentity = async (
  deps: StoreDeps,
  identity: Identity,
  asked: Asked,
): Promise<SubjectView | null> => {
  const stored = await readStored(deps, identity, asked);
  return isUnknown(stored) ? null : viewFrom(stored);
};

const exportIdentity = async (
  deps: StoreDeps,
  identity: Identity,
  asked: Asked,
): Promise<SubjectExport | null> => {
  const stored = await readStored(deps, identity, asked);
  const { profile } = stored;
  const more = await readExport(deps, identity, { profile, counting: asked.counting });
  const counted = more.limits.some(({ count }) => count > 0);
  if (isUnknown(stored) && more.decisions.length === 0 && !counted) return null;
  return { view: viewFrom(stored), ...more };
};

/** Beside the guard, which may hold a live lock, and what the script takes apart. */
const forgotten = ['profile', 'failures', 'failing-sources', 'push', 'seen'] as const;

const eraseIdentity = async (
  { connection, identifiers }: StoreDeps,
  { shard, hash }: Identity,
  now: DevNow,
): Promise<void> => {
  const others = [
    ...forgotten.map((concept) => keyOf(concept, shard, hash)),
    saltKeyOf(identifiers, { shard, hash }),
  ];
  await connection.call('erase_subject', 'patient', (session) =>
    session.run(scripts['erase-subject'], {
      keys: [
        keyOf('guard', shard, hash),
        keyOf('decisions', shard, hash),
        keyOf('episode', shard, hash),
        shardKey('reviews', shard),
        shardKey('open-alerts', shard),
        ...others,
      ],
      operation: randomUUID(),
      now,
      args: [keyPrefix('decision', shard), hash, shortHashLength],
    }),
  );
};

export const createRedisSubjectStore = (deps: StoreDeps): SubjectStore => ({
  viewSubject: ({ tenant, subject, ...asked }) =>
    viewIdentity(deps, deps.identifiers.subject(tenant, subject), asked),
  exportSubject: ({ tenant, subject, ...asked }) =>
    exportIdentity(deps, deps.identifiers.subject(tenant, subject), asked),
  eraseSubject: (tenant, subject, now = null) =>
    eraseIdentity(deps, deps.identifiers.subject(tenant, subject), now),
});
