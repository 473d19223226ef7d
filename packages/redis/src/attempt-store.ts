import type {
  Admission,
  AdmissionRequest,
  AttemptStore,
  DecisionRecord,
  Pseudonyms,
} from '@stepgate/assessment';
import type { Limit, LimitUsage } from '@stepgate/engine';
import {
  admitSource,
  admitSubject,
  admitTenant,
  claimAttempt,
  limitsOf,
  type NamedAttempt,
} from './admission-scripts.js';
import { createDecisionIds } from './decision-id.js';
import { pseudonymPrefix, shortHash } from './identifiers.js';
import { readNetworkVelocity, type NetworkVelocity } from './network-velocity.js';
import { listIn, numberIn, textIn } from './reply.js';
import type { ScriptAnswer } from './session.js';
import type { StoreDeps } from './store-deps.js';
import { traitFieldsIn, traitFieldsText } from './trait-fields.js';
import {
  accountRiskIn,
  breachIn,
  profileIn,
  lockIn,
  pushActivityIn,
  windowCountsIn,
} from './subject-reply.js';

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

const pseudonymsFrom = (
  named: Pick<NamedAttempt, 'subject' | 'source' | 'device' | 'fingerprint' | 'traitFields'>,
): Pseudonyms => ({
  subject: pseudonymPrefix.subject + named.subject.hash,
  source: named.source === null ? null : pseudonymPrefix.source + named.source.hash,
  device: named.device === null ? null : pseudonymPrefix.device + named.device.hash,
  fingerprint: named.fingerprint,
  traits: named.traitFields.join(','),
});

interface Answers {
  readonly subject: ScriptAnswer;
  readonly source: ScriptAnswer | null;
  readonly tenant: ScriptAnswer | null;
  readonly networks: NetworkVelocity;
}

const admittedFrom = (
  named: NamedAttempt,
  answers: Answers,
): Extract<Admission, { kind: 'admitted' }> => {
  const { request } = named;
  const [now, decisionId, profile, failures, push, guardReply, limits, failingSources] =
    answers.subject.values;
  const at = numberIn(now);
  const guard = listIn(guardReply);
  const sourceHash = named.source === null ? null : shortHash(named.source.hash);
  const { source, tenant } = answers;
  const known = profileIn(listIn(profile), {
    traitFields: named.traitFields,
    sourceHash,
    fingerprint: named.fingerprint,
    at,
  });
  return {
    kind: 'admitted',
    decisionId: textIn(decisionId),
    at,
    pseudonyms: pseudonymsFrom(named),
    state: {
      ...known,
      subjectFailures: windowCountsIn(failures),
      subjectSources: windowCountsIn(failingSources),
      source:
        source === null
          ? null
          : {
              failures: windowCountsIn(source.values[0]),
              failedSubjects: windowCountsIn(source.values[1]),
              ...answers.networks,
              provenSubjects: numberIn(source.values[3]),
              subjectProven: (known.ownTraits.address ?? 0) > 0,
            },
      push: pushActivityIn(push),
      limits: [
        ...usagesIn(limitsOf(request, 'subject'), limits),
        ...(source === null ? [] : usagesIn(limitsOf(request, 'source'), source.values[2])),
        ...(tenant === null ? [] : usagesIn(limitsOf(request, 'tenant'), tenant.values[0])),
      ],
      lock: lockIn(guard, at),
      credentialBreachedAt: breachIn(guard[4], at),
      accountRiskAt: accountRiskIn(guard[7]),
    },
  };
};

export interface AttemptStoreDeps extends StoreDeps {
  readonly findDecision: (asked: {
    readonly tenant: string;
    readonly decisionId: string;
    readonly budget: number | undefined;
  }) => Promise<DecisionRecord | null>;
}

type DecisionIds = ReturnType<typeof createDecisionIds>;

const nameAttempt = (
  { connection, identifiers }: StoreDeps,
  nextDecisionId: DecisionIds,
  request: AdmissionRequest,
): NamedAttempt => {
  const { tenant, address, deviceId } = request;
  const subject = identifiers.subject(tenant, request.subject);
  const attempt = request.attempt === null ? null : identifiers.attempt(tenant, request.attempt.id);
  const decisionId = nextDecisionId(request.now ?? connection.now(), subject.shard);
  return {
    request,
    subject,
    source: address === null ? null : identifiers.source(tenant, address),
    device: deviceId === null ? null : identifiers.device(tenant, deviceId),
    attempt,
    decisionId,
    fingerprint:
      request.fingerprint === null ? null : identifiers.fingerprint(tenant, request.fingerprint),
    traitFields: traitFieldsIn(traitFieldsText(identifiers, tenant, request.traits)),
    operation: attempt === null ? decisionId.slice(19) : shortHash(attempt.hash),
  };
};

const sendAll = (deps: StoreDeps, named: NamedAttempt) =>
  deps.connection.call('admit_attempt', named.request.budgetMs, (session) =>
    Promise.all([
      admitSubject(deps, session, named),
      admitSource(deps, session, named),
      admitTenant(deps, session, named),
      claimAttempt(session, named),
      readNetworkVelocity(deps, session, named.request),
    ]),
  );

const admitAttempt =
  (deps: AttemptStoreDeps, nextDecisionId: DecisionIds): AttemptStore['admitAttempt'] =>
  async (request) => {
    const startedAt = performance.now();
    const named = nameAttempt(deps, nextDecisionId, request);
    const [subject, source, tenant, owned, networks] = await sendAll(deps, named);
    if (subject.status === 'conflict' || !owned) return { kind: 'conflict' };
    const admitted = admittedFrom(named, { subject, source, tenant, networks });
    if (subject.status !== 'again') return admitted;
    const budget =
      request.budgetMs === undefined
        ? undefined
        : request.budgetMs - (performance.now() - startedAt);
    const record = await deps.findDecision({
      tenant: request.tenant,
      decisionId: admitted.decisionId,
      budget,
    });
    // Admitted but not answered yet: this copy decides too, and the first record is everybody's.
    return record === null ? admitted : { kind: 'replayed', record };
  };

/** What one decision reads and counts: one script per slot, all sent in one tick. */
export const createRedisAttemptStore = (deps: AttemptStoreDeps): AttemptStore => {
  const { connection, identifiers } = deps;
  const nextDecisionId = createDecisionIds();
  return {
    admitAttempt: admitAttempt(deps, nextDecisionId),
    pseudonymsOf: ({ tenant, subject, address, deviceId, traits, fingerprint = null }) =>
      pseudonymsFrom({
        subject: identifiers.subject(tenant, subject),
        source: address === null ? null : identifiers.source(tenant, address),
        device: deviceId === null ? null : identifiers.device(tenant, deviceId),
        fingerprint: fingerprint === null ? null : identifiers.fingerprint(tenant, fingerprint),
        traitFields:
          traits === null ? [] : traitFieldsIn(traitFieldsText(identifiers, tenant, traits)),
      }),
    newDecisionId: (tenant, subject) =>
      nextDecisionId(connection.now(), identifiers.subject(tenant, subject).shard),
  };
};
