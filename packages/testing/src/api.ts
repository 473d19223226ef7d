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
import type { Authenticator } from '@stepgate/engine';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** From the call to the whole body. */
  readonly ms: number;
}

export interface Api {
  /** The same API at a time of one's own; for engines in dev mode. */
  at(instant: number): Api;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** Again while the engine sheds load: what was shed was not counted. */
  postUntilTaken(path: string, body: unknown): Promise<Answer>;
  decide(body: DecisionRequest): Promise<DecisionResponse>;
  complete(decisionId: string, body: CompletionRequest): Promise<Answer>;
  send(...events: Omit<EventRequest, 'id'>[]): Promise<void>;
  close(): void;
}

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

const defaultAuthenticators: readonly Authenticator[] = ['passkey', 'totp', 'push'];

export const login = (
  id: string,
  { ip = '77.161.224.17', device = 'laptop', authenticators = defaultAuthenticators } = {},
): DecisionRequest => ({
  subject: { type: 'user', id, properties: { authenticators: [...authenticators] } },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: { ip, user_agent: browser, device: { id: device } },
});

const untilTaken =
  (post: Api['post']): Api['postUntilTaken'] =>
  async (path, body) => {
    for (;;) {
      const answer = await post(path, body);
      if (answer.status !== 503) return answer;
    }
  };

/** Keep-alive, as many sockets as there are calls: parallel calls are parallel on the wire. */
export const createApi = (
  engine: string,
  apiKey: string,
  agent = new Agent({ keepAlive: true, maxSockets: 1_200 }),
  devNow: number | null = null,
  // eslint-disable-next-line max-params -- all but the first two have defaults
): Api => {
  const time = devNow === null ? {} : { 'stepgate-dev-now': new Date(devNow).toISOString() };
  const ask = (method: 'GET' | 'POST', path: string, body: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...time,
      };
      const call = request(`${engine}${path}`, { method, agent, headers }, (response) => {
        json(response).then((parsed) => {
          const ms = performance.now() - startedAt;
          resolve({ status: response.statusCode ?? 0, body: parsed, ms });
        }, reject);
      });
      call.once('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const post: Api['post'] = (path, body) => ask('POST', path, body);
  return {
    postUntilTaken: untilTaken(post),
    at: (instant) => createApi(engine, apiKey, agent, instant),
    get: (path) => ask('GET', path, undefined),
    post,
    decide: async (body) => {
      const { status, body: answer } = await post('/v1/decisions', body);
      if (status !== 200) throw new Error(`${String(status)} ${JSON.stringify(answer)}`);
      return decisionResponseSchema.parse(answer);
    },
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
