import type { AdmissionRequest, CountingRules } from '@stepgate/assessment';
import type { Limit } from '@stepgate/engine';
import { shortHash, shortHashLength, type Identity } from './identifiers.js';
import { keyOf, keyTable, limitKey } from './keys.js';
import { scripts } from './scripts.js';
import type { ScriptAnswer, Session } from './session.js';
import type { StoreDeps } from './store-deps.js';
import { countingArgs } from './subject-reply.js';

/** Who the attempt is about, hashed once. */
export interface NamedAttempt {
  readonly request: AdmissionRequest;
  readonly subject: Identity;
  readonly source: Identity | null;
  readonly device: Identity | null;
  readonly attempt: Identity | null;
  readonly decisionId: string;
  readonly fingerprint: string | null;
  /** Names of the profile's fields for the traits, '' where one is not known. */
  readonly traitFields: readonly string[];
  /** Member of the limits: copies of one attempt are one member. */
  readonly operation: string;
}

type Dimension = Limit['per'];

export const limitsOf = (request: AdmissionRequest, per: Dimension): readonly Limit[] =>
  request.counting.limits.filter((limit) => limit.per === per);

const limitArgs = (limits: readonly Limit[]): readonly number[] => [
  limits.length,
  ...limits.flatMap(({ max, windowMs }) => [max, windowMs]),
];

/**
 * Where the attempts of a known device count: each has a count of its own, which strangers cannot use
 * up. All prompts reach one phone, whichever device asks: a limit that names them stays common.
 */
const ownLimitKeys = (
  { identifiers }: StoreDeps,
  { subject, device, request }: NamedAttempt,
  limits: readonly Limit[],
): readonly string[] =>
  limits.map(({ name, actions }) => {
    const limit = shortHash(identifiers.limit(request.counting.policyName, name).hash);
    const isCommon = device === null || actions.includes('push_challenge');
    // Half of each: a key of the same length, as memory is counted by the subject.
    const half = shortHashLength / 2;
    const counted = isCommon ? limit : limit.slice(0, half) + device.hash.slice(0, half);
    return limitKey(subject.shard, subject.hash, counted);
  });

const limitKeys = (
  { identifiers }: StoreDeps,
  { policyName }: CountingRules,
  counted: { readonly by: Identity; readonly limits: readonly Limit[] },
): readonly string[] =>
  counted.limits.map(({ name }) =>
    limitKey(
      counted.by.shard,
      counted.by.hash,
      shortHash(identifiers.limit(policyName, name).hash),
    ),
  );

export const admitSubject = (
  deps: StoreDeps,
  session: Session,
  named: NamedAttempt,
): Promise<ScriptAnswer> => {
  const { request, subject, attempt, device } = named;
  const { counting } = request;
  const limits = limitsOf(request, 'subject');
  const { shard, hash } = subject;
  return session.run(scripts['admit-attempt'], {
    keys: [
      keyOf('profile', shard, hash),
      keyOf('failures', shard, hash),
      keyOf('push', shard, hash),
      keyOf('guard', shard, hash),
      keyOf('failing-sources', shard, hash),
      ...limitKeys(deps, counting, { by: subject, limits }),
      ...ownLimitKeys(deps, named, limits),
      ...(attempt === null ? [] : [keyOf('attempt', shard, attempt.hash)]),
    ],
    operation: named.operation,
    now: request.now,
    args: [
      named.decisionId,
      request.attempt?.bodyHash ?? '',
      keyTable.attempt.ttlMs,
      counting.subjectFailuresWindowMs,
      ...countingArgs(counting),
      counting.subjectSourcesWindowMs,
      ...limitArgs(limits),
      device === null ? '' : `d:${shortHash(device.hash)}`,
      ...named.traitFields,
    ],
  });
};

export const admitSource = async (
  deps: StoreDeps,
  session: Session,
  named: NamedAttempt,
): Promise<ScriptAnswer | null> => {
  const { request, source } = named;
  if (source === null) return null;
  const limits = limitsOf(request, 'source');
  return session.run(scripts['admit-source'], {
    keys: [
      keyOf('source-failures', source.shard, source.hash),
      keyOf('source-subjects', source.shard, source.hash),
      keyOf('source-proven', source.shard, source.hash),
      ...limitKeys(deps, request.counting, { by: source, limits }),
    ],
    operation: named.operation,
    now: request.now,
    args: [
      request.counting.sourceFailuresWindowMs,
      request.counting.sourceSubjectsWindowMs,
      keyTable['source-proven'].ttlMs,
      ...limitArgs(limits),
    ],
  });
};

export const admitTenant = async (
  deps: StoreDeps,
  session: Session,
  named: NamedAttempt,
): Promise<ScriptAnswer | null> => {
  const { request } = named;
  const limits = limitsOf(request, 'tenant');
  if (limits.length === 0) return null;
  const tenant = deps.identifiers.tenant(request.tenant);
  return session.run(scripts['admit-tenant'], {
    keys: limitKeys(deps, request.counting, { by: tenant, limits }),
    operation: named.operation,
    now: request.now,
    args: limitArgs(limits),
  });
};

/**
 * Whether the attempt id is still this body's, over all subjects: the subject's own slot cannot see
 * what was claimed in another. Plain commands: a claim that is made late only claims what is sent.
 */
export const claimAttempt = async (session: Session, named: NamedAttempt): Promise<boolean> => {
  const { attempt, request } = named;
  if (attempt === null || request.attempt === null) return true;
  const key = keyOf('claim', attempt.shard, attempt.hash);
  const { bodyHash } = request.attempt;
  const claimed = session.client.set(key, bodyHash, 'PX', keyTable.claim.ttlMs, 'NX');
  const [, owner] = await Promise.all([claimed, session.client.get(key)]);
  // A Cluster whose slots move may answer the second command first: then nobody had claimed it.
  return owner === null || owner === bodyHash;
};
