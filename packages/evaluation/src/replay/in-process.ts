import {
  createAssessAttempt,
  createCompleteStepUp,
  createRecordEvent,
  type AddressIntel,
  type AssessmentObserver,
  type DecisionRecord,
  type DeviceToken,
  type Durability,
  type PolicySource,
  type UserAgentParser,
} from '@stepgate/assessment';
import {
  completionRequestSchema,
  decisionRequestSchema,
  eventsBodySchemaFor,
  toCompletionInput,
  toDecisionInput,
  toEventInput,
} from '@stepgate/contracts';
import type { Decision } from '@stepgate/engine';
import { createReplayState, type ReplayStateOptions } from '../state/replay-state.js';
import type { Answered, DecisionPoint } from './decision-point.js';

export interface SignalSources {
  readonly addressIntel: AddressIntel;
  readonly userAgents: UserAgentParser;
}

export interface InProcessDeps extends SignalSources, ReplayStateOptions {
  readonly policies: PolicySource;
  /** Told of every decision with its evidence. */
  readonly observer?: AssessmentObserver;
}

const tenant = 'evaluation';

const nothing = (): void => undefined;
const nobody: AssessmentObserver = {
  decided: nothing,
  completed: nothing,
  eventRecorded: nothing,
  secured: nothing,
};
/** A replay has nothing to keep. */
const durability: Durability = { secured: () => Promise.resolve(false) };

const answered = (
  record: DecisionRecord,
  decision: Decision,
  deviceToken: DeviceToken | null,
): Answered => ({
  decisionId: record.decisionId,
  outcome: record.shadow ? 'allow' : decision.outcome,
  score: decision.score,
  findings: decision.findings.map(({ reason, points, detail }) => ({
    reason,
    points,
    detail: { ...detail },
  })),
  authenticators: record.shadow ? [] : (decision.stepUp?.authenticators ?? []),
  deviceToken: deviceToken?.text ?? null,
});

/** The use cases of the engine over the state of a replay, behind the schemas of the wire. */
export const createInProcessPoint = (deps: InProcessDeps): DecisionPoint => {
  const useCaseDeps = {
    ...createReplayState(deps),
    addressIntel: deps.addressIntel,
    userAgents: deps.userAgents,
    policies: deps.policies,
    durability,
    observer: deps.observer ?? nobody,
    // State that is in memory is never late.
    stopwatch: () => 0,
    stateBudgetMs: 1_000,
  };
  const assess = createAssessAttempt(useCaseDeps);
  const complete = createCompleteStepUp(useCaseDeps);
  const recordEvent = createRecordEvent(useCaseDeps);
  return {
    decide: async (body, at) => {
      const input = toDecisionInput(decisionRequestSchema.parse(body), tenant);
      const assessment = await assess(input, {
        bodyHash: '',
        time: { devNow: at, receivedAt: at },
      });
      if (assessment.kind === 'conflict') throw new TypeError('a replay tells no attempt twice');
      const { record, deviceToken } = assessment;
      return answered(record, record.decision, deviceToken);
    },
    complete: async (decisionId, body, at) => {
      const input = toCompletionInput(completionRequestSchema.parse(body));
      const completion = await complete({ tenant, decisionId, now: at }, input);
      return completion.kind === 'judged'
        ? answered(completion.record, completion.decision, completion.deviceToken)
        : null;
    },
    record: async (event, at) => {
      const { events } = eventsBodySchemaFor(event).parse(event);
      for (const each of events) await recordEvent({ tenant, now: at }, toEventInput(each));
    },
  };
};
