import {
  decisionResponseSchema,
  type CompletionRequest,
  type DecisionRequest,
  type DecisionResponse,
  type EventRequest,
} from '@stepgate/contracts';

/** The public HTTP API with the dev clock: each call carries the instant at which it happens. */
export interface DevApi {
  decide(request: DecisionRequest, now: Date): Promise<DecisionResponse>;
  complete(decisionId: string, request: CompletionRequest, now: Date): Promise<DecisionResponse>;
  sendEvents(events: readonly EventRequest[], now: Date): Promise<void>;
}

/** @throws when the API answers with anything but success: a story must not go on past that. */
export const createDevApi = (engine: string, apiKey: string): DevApi => {
  const post = async (path: string, body: unknown, now: Date): Promise<unknown> => {
    const response = await fetch(`${engine}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${apiKey}`,
        'Stepgate-Dev-Now': now.toISOString(),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} answered ${String(response.status)}: ${text}`);
    return JSON.parse(text);
  };
  return {
    decide: async (request, now) =>
      decisionResponseSchema.parse(await post('/v1/decisions', request, now)),
    complete: async (decisionId, request, now) =>
      decisionResponseSchema.parse(
        await post(`/v1/decisions/${decisionId}/completion`, request, now),
      ),
    sendEvents: async (events, now) => {
      await post('/v1/events', { events }, now);
    },
  };
};
