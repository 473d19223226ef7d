import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { decisionResponseSchema, eventsResponseSchema } from '@stepgate/contracts';
import type { Instant } from '@stepgate/engine';
import type { Answered, DecisionPoint } from './decision-point.js';

export interface EngineAddress {
  readonly url: string;
  readonly apiKey: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const answerTimeoutMs = 30_000;

const answered = (body: unknown): Answered => {
  const answer = decisionResponseSchema.parse(body);
  return {
    decisionId: answer.decision_id,
    outcome: answer.decision,
    score: answer.risk.score,
    findings: answer.reasons.map(({ code, points, detail }) => ({ reason: code, points, detail })),
    authenticators: answer.step_up?.authenticators ?? [],
    deviceToken: answer.device?.token ?? null,
  };
};

const unexpected = (path: string, { status, body }: Answer): Error =>
  new Error(`POST ${path} answered ${String(status)} ${JSON.stringify(body)}`);

type Post = (path: string, body: unknown, at: Instant) => Promise<Answer>;

const createPost =
  ({ url, apiKey }: EngineAddress, agent: Agent, signal: AbortSignal): Post =>
  (path, body, at) =>
    new Promise((resolve, reject) => {
      const call = request(`${url}${path}`, {
        agent,
        method: 'POST',
        timeout: answerTimeoutMs,
        signal,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${apiKey}`,
          'stepgate-dev-now': new Date(at).toISOString(),
        },
      });
      call.once('response', (response) => {
        text(response)
          .then((answer) => {
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) });
          })
          .catch(reject);
      });
      call.once('timeout', () => call.destroy(new Error(`POST ${path} was not answered in time`)));
      call.once('error', reject);
      call.end(JSON.stringify(body));
    });

/** An engine in dev mode, over its public API and one connection that is kept. */
export const createHttpPoint = (
  engine: EngineAddress,
  signal: AbortSignal,
): DecisionPoint & { close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, noDelay: true });
  const post = createPost(engine, agent, signal);
  return {
    decide: async (body, at) => {
      const path = '/v1/decisions';
      const answer = await post(path, body, at);
      if (answer.status !== 200) throw unexpected(path, answer);
      return answered(answer.body);
    },
    complete: async (decisionId, body, at) => {
      const path = `/v1/decisions/${decisionId}/completion`;
      const answer = await post(path, body, at);
      if (answer.status === 200) return answered(answer.body);
      // Used up, run out, or never there: 409, 410 and 404.
      if ([404, 409, 410].includes(answer.status)) return null;
      throw unexpected(path, answer);
    },
    record: async (event, at) => {
      const path = '/v1/events';
      const answer = await post(path, event, at);
      if (answer.status !== 202) throw unexpected(path, answer);
      eventsResponseSchema.parse(answer.body);
    },
    close: () => {
      agent.destroy();
    },
  };
};
