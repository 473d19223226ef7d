import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';

export interface EngineAddress {
  readonly url: string;
  readonly key: string;
}

export interface EngineAnswer {
  readonly ok: boolean;
  /** Parsed JSON; null for anything else. */
  readonly body: unknown;
}

export interface EngineCalls {
  /** One call at a time of the engine's. @throws when there is no whole answer in time. */
  call(path: string, at: string, body?: unknown): Promise<EngineAnswer>;
  /** Gives the connection up: an engine that is told to stop waits for those it has. */
  close(): void;
}

const answerTimeoutMs = 10_000;
const isJson = /^application\/(?:problem\+)?json/;

const readAnswer = async (response: http.IncomingMessage): Promise<EngineAnswer> => {
  const answer = await text(response);
  const status = response.statusCode ?? 0;
  const json = isJson.test(response.headers['content-type'] ?? '');
  return { ok: status >= 200 && status < 300, body: json ? JSON.parse(answer) : null };
};

/** Calls over one connection that is kept, each at an instant of its own. */
export const createEngineCalls = (
  { url, key }: EngineAddress,
  signal: AbortSignal,
): EngineCalls => {
  const secure = url.startsWith('https:');
  const agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 1 });
  const send = (path: string, at: string, body?: unknown): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(`${url}${path}`, {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${key}`,
          'Stepgate-Dev-Now': at,
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
      });
      request.once('response', resolve).once('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    call: async (path, at, body) => readAnswer(await send(path, at, body)),
    close: () => {
      agent.destroy();
    },
  };
};
