import {
  completionRequestSchema,
  decisionRequestSchema,
  errorsOf,
  eventsBodySchemaFor,
  toCompletionInput,
  toDecisionInput,
  toEventInput,
} from '@stepgate/contracts';
import { parseJsonBody } from '../../../services/risk-engine/src/json-body.js';
import { promise, type FuzzTarget } from '../target.js';

const canary = 'canary-4711';

const isNamedCanary = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, child]) => name.includes(canary) || isNamedCanary(child));

/** What is read canonically reads the same again: two engines never disagree on who is meant. */
const readDecision = (body: unknown): void => {
  const first = decisionRequestSchema.safeParse(body);
  if (!first.success) return;
  const input = toDecisionInput(first.data, 'acme');
  const second = decisionRequestSchema.safeParse(first.data);
  promise(second.success, 'what was read is not valid by its own schema');
  if (!second.success) return;
  const again = toDecisionInput(second.data, 'acme');
  promise(again.address === input.address, 'an address changes when it is read twice');
  promise(again.attempt.subject.id === input.attempt.subject.id, 'a subject changes likewise');
};

const readOthers = (body: unknown): void => {
  const completion = completionRequestSchema.safeParse(body);
  if (completion.success) toCompletionInput(completion.data);
  const events = eventsBodySchemaFor(body).safeParse(body);
  if (events.success) events.data.events.map(toEventInput);
};

/** Field names are the caller's own; a value may be a person. */
const echoes = (body: unknown): boolean => {
  if (isNamedCanary(body)) return false;
  return [decisionRequestSchema, completionRequestSchema, eventsBodySchemaFor(body)].some(
    (schema) => {
      const { error } = schema.safeParse(body);
      return error !== undefined && JSON.stringify(errorsOf(error)).includes(canary);
    },
  );
};

export const requestBody: FuzzTarget = {
  name: 'request-body',
  words: [
    ...[
      '"subject":',
      '"context":',
      '"ip":',
      '"events":[',
      '"user_agent":',
      '"signals":{',
      '"type":',
    ],
    ...['"127.0.0.1"', '"::ffff:1.2.3.4"', '"login"', '"passkey"', '{"a":', `"${canary}"`],
  ],
  check: (input) => {
    const parsed = parseJsonBody(input);
    if ('problem' in parsed) {
      promise(!JSON.stringify(parsed).includes(canary), 'a refusal quotes the body');
      return;
    }
    readDecision(parsed.value);
    readOthers(parsed.value);
    promise(!echoes(parsed.value), 'a problem quotes a value');
  },
};
