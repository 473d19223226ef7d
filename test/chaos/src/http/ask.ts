import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface Question {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  /** 0: the connection broke before an answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly ms: number;
  /** Code of the socket's error, e.g. ECONNRESET. */
  readonly broken: string | null;
  /** Sent on a connection that had served a request before. */
  readonly reused: boolean;
}

const patienceMs = 30_000;

/** Keep-alive, so that what is measured is the answer and not the handshake. */
export const keepAlive = (maxSockets: number): Agent => new Agent({ keepAlive: true, maxSockets });

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.message;

/** Never rejects: a broken connection is something seen, not the end of a scenario. */
export const ask = (
  { url, method = 'POST', headers = {}, body }: Question,
  agent: Agent,
): Promise<Answer> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const end = (answer: Partial<Answer>): void => {
      const ms = performance.now() - startedAt;
      const { reusedSocket: reused } = call;
      resolve({ status: 0, headers: {}, text: '', broken: null, reused, ...answer, ms });
    };
    const call = request(url, { method, agent, headers, timeout: patienceMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        end({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
      response.once('error', (error) => {
        end({ broken: codeOf(error) });
      });
    });
    call.once('timeout', () => call.destroy(new Error('no answer in time')));
    call.once('error', (error) => {
      end({ broken: codeOf(error) });
    });
    call.end(body);
  });
