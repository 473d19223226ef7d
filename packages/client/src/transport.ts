import http from 'node:http';
import https from 'node:https';
import { unreachable, type Unreachable } from './unreachable.js';

export interface Exchange {
  readonly method: 'GET' | 'POST';
  /** Below the engine's URL, beginning with a slash. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Reply {
  readonly kind: 'replied';
  readonly status: number;
  readonly body: unknown;
}

export interface Transport {
  readonly exchange: (exchange: Exchange) => Promise<Reply | Unreachable>;
  readonly close: () => void;
}

export interface TransportOptions {
  readonly engineUrl: string;
  readonly apiKey: string;
  /** For the whole exchange: connecting, waiting, reading, and the retry on a stale socket. */
  readonly timeoutMs: number;
  readonly maxSockets: number;
}

/** A decision record with all its evidence takes some tens of kB; more is not our engine. */
const maxReplyBytes = 256 * 1024;

const readText = async (response: http.IncomingMessage): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  response.on('data', (chunk: Uint8Array) => {
    size += chunk.byteLength;
    if (size > maxReplyBytes) response.destroy(new RangeError('the answer is too large'));
    else chunks.push(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    response.once('end', resolve);
    response.once('error', reject);
    response.once('close', () => {
      reject(new Error('the answer was cut short'));
    });
  });
  return Buffer.concat(chunks).toString('utf8');
};

const readReply = async (response: http.IncomingMessage): Promise<Reply | Unreachable> => {
  const status = response.statusCode ?? 0;
  const text = await readText(response);
  if (text === '') return { kind: 'replied', status, body: null };
  try {
    const body: unknown = JSON.parse(text);
    return { kind: 'replied', status, body };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return status < 300
      ? unreachable('unparsable', 'the answer is not JSON', status)
      : { kind: 'replied', status, body: null };
  }
};

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.message;

/** A keep-alive socket that the engine closed while the request was on its way: no one has seen it. */
const isStaleSocket = (request: http.ClientRequest, error: Error): boolean =>
  request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));

const failureOf = (error: Error, signal: AbortSignal): Unreachable => {
  if (signal.aborted) return unreachable('timeout', 'no answer in time');
  if (error instanceof RangeError) return unreachable('unparsable', error.message);
  return unreachable('connection', codeOf(error));
};

const encode = (body: unknown): Buffer | null =>
  body === undefined ? null : Buffer.from(JSON.stringify(body));

const bodyHeaders = (payload: Buffer | null): http.OutgoingHttpHeaders =>
  payload === null
    ? {}
    : { 'content-type': 'application/json', 'content-length': payload.byteLength };

/**
 * JSON over kept-alive connections with one deadline. Redirects are not followed. A request may be
 * sent twice when a kept-alive socket turns out to be closed: everything sent here is idempotent.
 */
export const createTransport = (options: TransportOptions): Transport => {
  const base = new URL(options.engineUrl);
  const { request, Agent } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxSockets });
  const root = base.pathname.replace(/\/$/, '');
  const common = { authorization: `Bearer ${options.apiKey}`, accept: 'application/json' };

  const send = (
    exchange: Exchange,
    signal: AbortSignal,
    mayRetry: boolean,
  ): Promise<Reply | Unreachable> =>
    new Promise((resolve) => {
      const payload = encode(exchange.body);
      const headers = { ...common, ...bodyHeaders(payload) };
      const url = new URL(root + exchange.path, base.origin);
      const outgoing = request(url, { method: exchange.method, agent, signal, headers });
      const fail = (error: Error): void => {
        const again = mayRetry && !signal.aborted && isStaleSocket(outgoing, error);
        resolve(again ? send(exchange, signal, false) : failureOf(error, signal));
      };
      outgoing.once('response', (response) => {
        readReply(response).then(resolve, fail);
      });
      outgoing.on('error', fail);
      outgoing.end(payload ?? undefined);
    });

  return {
    exchange: (exchange) => send(exchange, AbortSignal.timeout(options.timeoutMs), true),
    close: () => {
      agent.destroy();
    },
  };
};
