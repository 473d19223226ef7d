import type {
  createAssessAttempt,
  createCompleteStepUp,
  DecisionStore,
} from '@stepgate/assessment';
import {
  completionRequestSchema,
  decisionRequestSchema,
  errorsOf,
  toCompletionInput,
  toDecisionInput,
} from '@stepgate/contracts';
import { z } from 'zod';
import type { Answer, Handler } from './handler.js';
import { presentDecision, presentRecord } from './present-decision.js';

export interface DecisionRouteDeps {
  readonly assessAttempt: ReturnType<typeof createAssessAttempt>;
  readonly completeStepUp: ReturnType<typeof createCompleteStepUp>;
  readonly decisions: Pick<DecisionStore, 'findDecision'>;
}

const isDecisionId = (id: string): boolean => z.uuid().safeParse(id).success;

/** A foreign id, a malformed one and one that never was are told apart by nobody. */
const noSuchDecision: Answer = {
  problem: 'not_found',
  detail: 'No decision of this id is kept.',
};

export const unfit = (error: z.ZodError): Answer => ({
  problem: 'invalid_request',
  detail: 'The body does not fit the schema; errors says where.',
  errors: errorsOf(error),
});

export const createDecide =
  ({ assessAttempt }: DecisionRouteDeps): Handler =>
  async (call) => {
    const parsed = decisionRequestSchema.safeParse(call.body);
    if (!parsed.success) return unfit(parsed.error);
    const assessment = await assessAttempt(toDecisionInput(parsed.data, call.tenant), {
      bodyHash: parsed.data.attempt_id === undefined ? '' : call.bodyHash(),
      time: { devNow: call.devNow, receivedAt: call.receivedAt },
    });
    return assessment.kind === 'conflict'
      ? { problem: 'attempt_conflict', detail: 'Send a new attempt_id, or the body sent first.' }
      : { status: 200, body: presentDecision(assessment) };
  };

export const createCompleteDecision =
  ({ completeStepUp }: DecisionRouteDeps): Handler =>
  async (call) => {
    const parsed = completionRequestSchema.safeParse(call.body);
    if (!parsed.success) return unfit(parsed.error);
    const decisionId = call.parameters['id'] ?? '';
    if (!isDecisionId(decisionId)) return noSuchDecision;
    const completion = await completeStepUp(
      { tenant: call.tenant, decisionId, now: call.devNow },
      toCompletionInput(parsed.data),
    );
    switch (completion.kind) {
      case 'judged':
        return { status: 200, body: presentDecision(completion) };
      case 'missing':
        return noSuchDecision;
      case 'used':
        return {
          problem: 'decision_used',
          detail: 'A decision completes once; ask for a new one.',
        };
      case 'expired':
        return { problem: 'decision_expired', detail: 'Ask for a new decision.' };
    }
  };

export const createGetDecision =
  ({ decisions }: DecisionRouteDeps): Handler =>
  async ({ tenant, parameters }) => {
    const decisionId = parameters['id'] ?? '';
    const record = isDecisionId(decisionId)
      ? await decisions.findDecision(tenant, decisionId)
      : null;
    return record === null ? noSuchDecision : { status: 200, body: presentRecord(record) };
  };
