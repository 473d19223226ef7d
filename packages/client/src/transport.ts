import http from 'node:http';
import https from 'node:https';
import { signatureHeader } from '@stepgate/contracts';
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
  /** Both bodies byte for byte, which is what a signature is about. */
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** The header Stepgate-Signature, not yet verified. */
  readonly signature: string | null;
}

/** PEM. Whom the engine's certificate must come from, and who the PEP is. */
export interface ClientTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
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
  readonly tls?: ClientTls;
}

/** A decision record with all its evidence takes some tens of kB; more is not our engine. */
const maxReplyBytes = 256 * 1024;

const readBytes = async (response: http.IncomingMessage): Promise<Buffer> => {
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
  return Buffer.concat(chunks);
};

/** Null for an empty body, undefined for one that is not JSON. */
const parseJson = (bytes: Buffer): unknown => {
  if (bytes.byteLength === 0) return null;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
};

const readReply = async (
  response: http.IncomingMessage,
  sent: Uint8Array,
): Promise<Reply | Unreachable> => {
  const status = response.statusCode ?? 0;
  const received = await readBytes(response);
  const body = parseJson(received);
  if (body === undefined && status < 300) {
    return unreachable('unparsable', 'the answer is not JSON', status);
  }
  const header = response.headers[signatureHeader];
  const signature = typeof header === 'string' ? header : null;
  return { kind: 'replied', status, body: body ?? null, sent, received, signature };
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

const nothing = new Uint8Array();

const encode = (body: unknown): Uint8Array =>
  body === undefined ? nothing : Buffer.from(JSON.stringify(body));

const bodyHeaders = ({ byteLength }: Uint8Array): http.OutgoingHttpHeaders =>
  byteLength === 0 ? {} : { 'content-type': 'application/json', 'content-length': byteLength };

const createAgent = ({ engineUrl, maxSockets, tls }: TransportOptions): http.Agent => {
  const pool = { keepAlive: true, maxSockets };
  if (new URL(engineUrl).protocol === 'https:') return new https.Agent({ ...pool, ...tls });
  // Certificates that nobody looks at would be taken for protection.
  if (tls !== undefined) throw new TypeError('tls needs an engineUrl that begins with https:');
  return new http.Agent(pool);
};

/**
 * JSON over kept-alive connections with one deadline. Redirects are not followed. A request may be
 * sent twice when a kept-alive socket turns out to be closed: everything sent here is idempotent.
 */
export const createTransport = (options: TransportOptions): Transport => {
  const base = new URL(options.engineUrl);
  const { request } = base.protocol === 'https:' ? https : http;
  const agent = createAgent(options);
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
        readReply(response, payload).then(resolve, fail);
      });
      outgoing.on('error', fail);
      outgoing.end(payload);
    });

  return {
    exchange: (exchange) => send(exchange, AbortSignal.timeout(options.timeoutMs), true),
    close: () => {
      agent.destroy();
    },
  };
};
