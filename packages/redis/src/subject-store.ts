import { randomUUID } from 'node:crypto';
import type { SubjectStore, SubjectView } from '@stepgate/assessment';
import type { Instant, PushResult } from '@stepgate/engine';
import { hoursMs } from './durations.js';
import { pseudonymPrefix, type Identity } from './identifiers.js';
import { keyOf, keyPrefix } from './keys.js';
import { numberIn, numberOrNullIn } from './reply.js';
import { scripts } from './scripts.js';
import type { Session } from './session.js';
import type { StoreDeps } from './store-deps.js';
import { breachIn, deviceIn, hoursIn, lockIn, promptLetters } from './subject-reply.js';

const dayMs = hoursMs(24);

const pushResultOf = new Map<string, PushResult>([
  [promptLetters.sent, 'sent'],
  [promptLetters.approved, 'approved'],
  [promptLetters.denied, 'denied'],
  [promptLetters.ignored, 'ignored'],
  [promptLetters.reported, 'reported'],
]);

interface Stored {
  readonly now: Instant;
  readonly profile: Readonly<Record<string, string>>;
  readonly guard: Readonly<Record<string, string>>;
  readonly failures: number;
  readonly prompts: readonly string[];
}

const read = async (session: Session, { shard, hash }: Identity, now: Instant): Promise<Stored> => {
  const { client } = session;
  const from = `(${String(Math.floor(now - dayMs))}`;
  const [profile, guard, failures, prompts] = await Promise.all([
    client.hgetall(keyOf('profile', shard, hash)),
    client.hgetall(keyOf('guard', shard, hash)),
    client.zcount(keyOf('failures', shard, hash), from, '+inf'),
    client.zrangebyscore(keyOf('push', shard, hash), from, '+inf'),
  ]);
  return { now, profile, guard, failures, prompts };
};

/** What stands after `d:`, `c:` or `a:` in the names of the profile's fields. */
const known = (profile: Stored['profile'], kind: 'd' | 'c' | 'a'): readonly string[] =>
  Object.keys(profile)
    .filter((field) => field.startsWith(`${kind}:`))
    .map((field) => field.slice(2));

const countPrompts = (prompts: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const result of pushResultOf.values()) counts[result] = 0;
  for (const prompt of prompts) {
    const result = pushResultOf.get(prompt.slice(-1));
    if (result !== undefined) counts[result] = (counts[result] ?? 0) + 1;
  }
  return counts;
};

const viewFrom = ({ now, profile, guard, failures, prompts }: Stored): SubjectView => ({
  logins: numberIn(profile['n'] ?? 0),
  lastLoginAt: numberOrNullIn(profile['last']),
  devices: known(profile, 'd').map((id) => ({
    id: pseudonymPrefix.device + id,
    ...deviceIn(profile[`d:${id}`] ?? ''),
  })),
  countries: known(profile, 'c').toSorted(),
  asns: known(profile, 'a')
    .map(Number)
    .toSorted((a, b) => a - b),
  loginsByHour: hoursIn(profile['h'] ?? null),
  failures24h: failures,
  pushPrompts24h: countPrompts(prompts),
  lock: lockIn([guard['lr'], guard['ls'], guard['lu'], guard['lx']], now),
  credentialBreachedAt: breachIn(guard['b'], now),
});

const isUnknown = ({ profile, guard, failures, prompts }: Stored): boolean =>
  Object.keys(profile).length + Object.keys(guard).length + failures + prompts.length === 0;

export const createRedisSubjectStore = ({ connection, identifiers }: StoreDeps): SubjectStore => ({
  viewSubject: async (tenant, subject, now) => {
    const identity = identifiers.subject(tenant, subject);
    const stored = await connection.call('view_subject', 'patient', (session) =>
      read(session, identity, now ?? connection.now()),
    );
    return isUnknown(stored) ? null : viewFrom(stored);
  },
  eraseSubject: async (tenant, subject, now = null) => {
    const { shard, hash } = identifiers.subject(tenant, subject);
    await connection.call('erase_subject', 'patient', (session) =>
      session.run(scripts['erase-subject'], {
        keys: [
          keyOf('guard', shard, hash),
          keyOf('decisions', shard, hash),
          keyOf('profile', shard, hash),
          keyOf('failures', shard, hash),
          keyOf('push', shard, hash),
          keyOf('seen', shard, hash),
        ],
        operation: randomUUID(),
        now,
        args: [keyPrefix('decision', shard)],
      }),
    );
  },
});
