import type { OperationId } from '@stepgate/contracts';
import {
  createCompleteDecision,
  createDecide,
  createGetDecision,
  type DecisionRouteDeps,
} from './decisions.js';
import { createRecordEvents, type EventRouteDeps } from './events.js';
import type { Handler } from './handler.js';
import {
  createRecordIdpEvents,
  createVerifyEventHook,
  type IdpEventRouteDeps,
} from './idp-events.js';
import { createListPolicies, type PolicyRouteDeps } from './policies.js';
import { createPublicKeys, type PublicKeysRouteDeps } from './public-keys.js';
import { createExportSubject } from './subject-export.js';
import { createEraseSubject, createGetSubject, type SubjectRouteDeps } from './subjects.js';

export type RouteDeps = DecisionRouteDeps &
  EventRouteDeps &
  IdpEventRouteDeps &
  SubjectRouteDeps &
  PolicyRouteDeps &
  PublicKeysRouteDeps;

/** A handler for every operation of the contract: a route cannot be forgotten. */
export const createHandlers = (deps: RouteDeps): Readonly<Record<OperationId, Handler>> => ({
  decide: createDecide(deps),
  completeDecision: createCompleteDecision(deps),
  getDecision: createGetDecision(deps),
  recordEvents: createRecordEvents(deps),
  recordIdpEvents: createRecordIdpEvents(deps),
  verifyEventHook: createVerifyEventHook(),
  getSubject: createGetSubject(deps),
  exportSubject: createExportSubject(deps),
  eraseSubject: createEraseSubject(deps),
  listPolicies: createListPolicies(deps),
  publicKeys: createPublicKeys(deps),
});
