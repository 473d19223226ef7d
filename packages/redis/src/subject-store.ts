import { randomUUID } from 'node:crypto';
import { alertKinds, type SubjectStore, type SubjectView } from '@stepgate/assessment';
import { alertSeverities, type Instant } from '@stepgate/engine';
import { pseudonymPrefix, shortHashLength } from './identifiers.js';
import { keyOf, keyPrefix, shardKey } from './keys.js';
import { listIn, numberIn, numberOrNullIn, textIn, textOrNullIn } from './reply.js';
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

const isUnknown = ({ profile, guard, failures, push }: Stored): boolean =>
  Object.keys(profile).length + Object.keys(guard).length + failures === 0 && push === '';

/** Beside the guard, which may hold a live lock, and what the script takes apart. */
const forgotten = ['profile', 'failures', 'failing-sources', 'push', 'seen'] as const;

export const createRedisSubjectStore = ({ connection, identifiers }: StoreDeps): SubjectStore => ({
  viewSubject: async ({ tenant, subject, counting, now: devNow }) => {
    const { shard, hash } = identifiers.subject(tenant, subject);
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
    const stored: Stored = {
      now: numberIn(now),
      profile: fieldsIn(profile),
      guard: fieldsIn(guard),
      failures: numberIn(failures),
      push,
      episode: listIn(episode),
    };
    return isUnknown(stored) ? null : viewFrom(stored);
  },
  eraseSubject: async (tenant, subject, now = null) => {
    const { shard, hash } = identifiers.subject(tenant, subject);
    await connection.call('erase_subject', 'patient', (session) =>
      session.run(scripts['erase-subject'], {
        keys: [
          keyOf('guard', shard, hash),
          keyOf('decisions', shard, hash),
          keyOf('episode', shard, hash),
          shardKey('reviews', shard),
          shardKey('open-alerts', shard),
          ...forgotten.map((concept) => keyOf(concept, shard, hash)),
        ],
        operation: randomUUID(),
        now,
        args: [keyPrefix('decision', shard), hash, shortHashLength],
      }),
    );
  },
});
