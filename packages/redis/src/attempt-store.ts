import type {
  Admission,
  AdmissionRequest,
  AttemptStore,
  DecisionRecord,
  Pseudonyms,
} from '@stepgate/assessment';
import type { Limit, LimitUsage } from '@stepgate/engine';
import { createDecisionIds } from './decision-id.js';
import { pseudonymPrefix, shortHash, type Identity } from './identifiers.js';
import { keyOf, keyTable, limitKey } from './keys.js';
import { listIn, numberIn, textIn } from './reply.js';
import { scripts } from './scripts.js';
import type { ScriptAnswer, Session } from './session.js';
import type { StoreDeps } from './store-deps.js';
import {
  breachIn,
  countedLetters,
  historyIn,
  lockIn,
  pushActivityIn,
  topRung,
  windowCountsIn,
} from './subject-reply.js';

/** Who the attempt is about, hashed once. */
interface Named {
  readonly request: AdmissionRequest;
  readonly subject: Identity;
  readonly source: Identity | null;
  readonly device: Identity | null;
  readonly attempt: Identity | null;
  readonly decisionId: string;
  /** Member of the limits: copies of one attempt are one member. */
  readonly operation: string;
}

type Dimension = Limit['per'];

const limitsOf = (request: AdmissionRequest, per: Dimension): readonly Limit[] =>
  request.counting.limits.filter((limit) => limit.per === per);

const limitArgs = (limits: readonly Limit[]): readonly number[] => [
  limits.length,
  ...limits.flatMap(({ max, windowMs }) => [max, windowMs]),
];

const usagesIn = (limits: readonly Limit[], value: unknown): readonly LimitUsage[] => {
  const numbers = listIn(value);
  return limits.map(({ name, per, max, windowMs }, n) => ({
    name,
    per,
    max,
    windowMs,
    count: numberIn(numbers[2 * n]),
    exceeded: numberIn(numbers[2 * n + 1]) === 1,
  }));
};

const pseudonymsFrom = (named: Pick<Named, 'subject' | 'source' | 'device'>): Pseudonyms => ({
  subject: pseudonymPrefix.subject + named.subject.hash,
  source: named.source === null ? null : pseudonymPrefix.source + named.source.hash,
  device: named.device === null ? null : pseudonymPrefix.device + named.device.hash,
});

const limitKeys = (
  deps: StoreDeps,
  { counting }: AdmissionRequest,
  limits: readonly Limit[],
  { shard, hash }: Identity,
): readonly string[] =>
  limits.map(({ name }) =>
    limitKey(shard, hash, shortHash(deps.identifiers.limit(counting.policyName, name).hash)),
  );

const admitSubject = (deps: StoreDeps, session: Session, named: Named): Promise<ScriptAnswer> => {
  const { request, subject, attempt, device } = named;
  const { counting, country, asn } = request;
  const limits = limitsOf(request, 'subject');
  const { shard, hash } = subject;
  return session.run(scripts['admit-attempt'], {
    keys: [
      keyOf('profile', shard, hash),
      keyOf('failures', shard, hash),
      keyOf('push', shard, hash),
      keyOf('guard', shard, hash),
      ...limitKeys(deps, request, limits, subject),
      ...(attempt === null ? [] : [keyOf('attempt', shard, attempt.hash)]),
    ],
    operation: named.operation,
    now: request.now,
    args: [
      named.decisionId,
      request.attempt?.bodyHash ?? '',
      keyTable.attempt.ttlMs,
      counting.subjectFailuresWindowMs,
      countedLetters(counting.ladder),
      counting.ladder.windowMs,
      topRung(counting.ladder),
      ...limitArgs(limits),
      device === null ? '' : `d:${shortHash(device.hash)}`,
      country === null ? '' : `c:${country}`,
      asn === null ? '' : `a:${String(asn)}`,
    ],
  });
};

const admitSource = async (
  deps: StoreDeps,
  session: Session,
  named: Named,
): Promise<ScriptAnswer | null> => {
  const { request, source } = named;
  if (source === null) return null;
  const limits = limitsOf(request, 'source');
  return session.run(scripts['admit-source'], {
    keys: [
      keyOf('source-failures', source.shard, source.hash),
      keyOf('source-subjects', source.shard, source.hash),
      ...limitKeys(deps, request, limits, source),
    ],
    operation: named.operation,
    now: request.now,
    args: [
      request.counting.sourceFailuresWindowMs,
      request.counting.sourceSubjectsWindowMs,
      ...limitArgs(limits),
    ],
  });
};

const admitTenant = async (
  deps: StoreDeps,
  session: Session,
  named: Named,
): Promise<ScriptAnswer | null> => {
  const { request } = named;
  const limits = limitsOf(request, 'tenant');
  if (limits.length === 0) return null;
  const tenant = deps.identifiers.tenant(request.tenant);
  return session.run(scripts['admit-tenant'], {
    keys: limitKeys(deps, request, limits, tenant),
    operation: named.operation,
    now: request.now,
    args: limitArgs(limits),
  });
};

/**
 * Whether the attempt id is still this body's, over all subjects: the subject's own slot cannot see
 * what was claimed in another. Plain commands: a claim that is made late only claims what is sent.
 */
const claimAttempt = async (session: Session, named: Named): Promise<boolean> => {
  const { attempt, request } = named;
  if (attempt === null || request.attempt === null) return true;
  const key = keyOf('claim', attempt.shard, attempt.hash);
  const { bodyHash } = request.attempt;
  const claimed = session.client.set(key, bodyHash, 'PX', keyTable.claim.ttlMs, 'NX');
  const [, owner] = await Promise.all([claimed, session.client.get(key)]);
  return owner === bodyHash;
};

interface Answers {
  readonly subject: ScriptAnswer;
  readonly source: ScriptAnswer | null;
  readonly tenant: ScriptAnswer | null;
}

const admittedFrom = (named: Named, answers: Answers): Extract<Admission, { kind: 'admitted' }> => {
  const { request } = named;
  const [now, decisionId, profile, failures, push, guardReply, limits] = answers.subject.values;
  const at = numberIn(now);
  const guard = listIn(guardReply);
  const sourceHash = named.source === null ? null : shortHash(named.source.hash);
  const { source, tenant } = answers;
  return {
    kind: 'admitted',
    decisionId: textIn(decisionId),
    at,
    pseudonyms: pseudonymsFrom(named),
    state: {
      history: historyIn(listIn(profile), sourceHash),
      subjectFailures: windowCountsIn(failures),
      source:
        source === null
          ? null
          : {
              failures: windowCountsIn(source.values[0]),
              failedSubjects: windowCountsIn(source.values[1]),
            },
      push: pushActivityIn(push),
      limits: [
        ...usagesIn(limitsOf(request, 'subject'), limits),
        ...(source === null ? [] : usagesIn(limitsOf(request, 'source'), source.values[2])),
        ...(tenant === null ? [] : usagesIn(limitsOf(request, 'tenant'), tenant.values[0])),
      ],
      lock: lockIn(guard, at),
      credentialBreachedAt: breachIn(guard[4], at),
    },
  };
};

export interface AttemptStoreDeps extends StoreDeps {
  readonly findDecision: (asked: {
    readonly tenant: string;
    readonly decisionId: string;
    readonly budgetMs: number | undefined;
  }) => Promise<DecisionRecord | null>;
}

/** What one decision reads and counts: one script per slot, all sent in one tick. */
export const createRedisAttemptStore = (deps: AttemptStoreDeps): AttemptStore => {
  const { connection, identifiers } = deps;
  const nextDecisionId = createDecisionIds();
  const name = (request: AdmissionRequest): Named => {
    const subject = identifiers.subject(request.tenant, request.subject);
    const attempt =
      request.attempt === null ? null : identifiers.attempt(request.tenant, request.attempt.id);
    const decisionId = nextDecisionId(request.now ?? connection.now(), subject.shard);
    return {
      request,
      subject,
      source: request.address === null ? null : identifiers.source(request.tenant, request.address),
      device: request.deviceId === null ? null : identifiers.device(request.tenant, request.deviceId),
      attempt,
      decisionId,
      operation: attempt === null ? decisionId.slice(19) : shortHash(attempt.hash),
    };
  };

  return {
    admitAttempt: async (request) => {
      const startedAt = performance.now();
      const named = name(request);
      const [subject, source, tenant, owned] = await connection.call(
        'admit_attempt',
        request.budgetMs,
        (session) =>
          Promise.all([
            admitSubject(deps, session, named),
            admitSource(deps, session, named),
            admitTenant(deps, session, named),
            claimAttempt(session, named),
          ]),
      );
      if (subject.status === 'conflict' || !owned) return { kind: 'conflict' };
      const admitted = admittedFrom(named, { subject, source, tenant });
      if (subject.status === 'again') {
        const record = await deps.findDecision({
          tenant: request.tenant,
          decisionId: admitted.decisionId,
          budgetMs:
            request.budgetMs === undefined
              ? undefined
              : request.budgetMs - (performance.now() - startedAt),
        });
        if (record !== null) return { kind: 'replayed', record };
      }
      return admitted;
    },
    pseudonymsOf: ({ tenant, subject, address, deviceId }) =>
      pseudonymsFrom({
        subject: identifiers.subject(tenant, subject),
        source: address === null ? null : identifiers.source(tenant, address),
        device: deviceId === null ? null : identifiers.device(tenant, deviceId),
      }),
    newDecisionId: (tenant, subject) =>
      nextDecisionId(connection.now(), identifiers.subject(tenant, subject).shard),
  };
};
