import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  decisionResponseSchema,
  type CompletionRequest,
  type DecisionRequest,
  type DecisionResponse,
  type EventRequest,
} from '@stepgate/contracts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly ms: number;
}

export interface Api {
  post(path: string, body: unknown): Promise<Answer>;
  decide(body: DecisionRequest): Promise<DecisionResponse>;
  complete(decisionId: string, body: CompletionRequest): Promise<Answer>;
  send(...events: Omit<EventRequest, 'id'>[]): Promise<void>;
  close(): void;
}

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

export const login = (
  id: string,
  {
    ip = '77.161.224.17',
    device = 'laptop',
    authenticators = ['passkey', 'totp', 'push'] as const,
  } = {},
): DecisionRequest => ({
  subject: { type: 'user', id, properties: { authenticators: [...authenticators] } },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: { ip, user_agent: browser, device: { id: device } },
});

/** Keep-alive, as many sockets as there are calls: parallel calls are parallel on the wire. */
export const createApi = (engine: string, apiKey: string): Api => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1_200 });
  const post: Api['post'] = (path, body) =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const call = request(
        `${engine}${path}`,
        {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        },
        (response) => {
          json(response).then((parsed) => {
            const ms = performance.now() - startedAt;
            resolve({ status: response.statusCode ?? 0, body: parsed, ms });
          }, reject);
        },
      );
      call.once('error', reject);
      call.end(JSON.stringify(body));
    });
  return {
    post,
    decide: async (body) => decisionResponseSchema.parse((await post('/v1/decisions', body)).body),
    complete: (decisionId, body) => post(`/v1/decisions/${decisionId}/completion`, body),
    send: async (...events) => {
      const identified = events.map((event) => ({ id: randomUUID(), ...event }));
      const { status, body } = await post('/v1/events', { events: identified });
      if (status !== 202)
        throw new Error(`events answered ${String(status)} ${JSON.stringify(body)}`);
    },
    close: () => {
      agent.destroy();
    },
  };
};
