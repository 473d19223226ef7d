import http, {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Cookies } from './cookies.js';
import { endToEnd } from './upstream-headers.js';

export type ForwardResult =
  | { readonly kind: 'answered' }
  /** Nothing was sent to the client yet. */
  | { readonly kind: 'failed'; readonly cause: 'timeout' | 'connection'; readonly detail: string };

/** Streams one request to the upstream and its answer back. */
export interface UpstreamProxy {
  readonly forward: (
    request: IncomingMessage,
    response: ServerResponse,
    headers: OutgoingHttpHeaders,
  ) => Promise<ForwardResult>;
  readonly close: () => void;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;

const copyHead = (from: IncomingMessage, to: ServerResponse, cookies: Cookies): void => {
  to.statusCode = from.statusCode ?? 502;
  for (const [name, value] of Object.entries(endToEnd(from.headers))) {
    if (name === 'transfer-encoding' || value === undefined) continue;
    if (name !== 'set-cookie') to.setHeader(name, value);
  }
  for (const cookie of from.headers['set-cookie'] ?? []) {
    if (!cookies.isOurs(cookie)) to.appendHeader('set-cookie', cookie);
  }
};

/** For the log: a code such as ECONNREFUSED; a message might quote what was exchanged. */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';

/** Aborts the exchange when nothing moves for so long; `expired` tells it from other failures. */
const limitIdleTime = (outgoing: http.ClientRequest, timeoutMs: number): (() => boolean) => {
  let expired = false;
  outgoing.setTimeout(timeoutMs, () => {
    expired = true;
    outgoing.destroy(new Error('no answer in time'));
  });
  return () => expired;
};

const answerOf = (
  request: IncomingMessage,
  outgoing: http.ClientRequest,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    // Not a pipeline: an upstream that answers early and closes must not take the answer with it.
    if (hasBody(request)) request.pipe(outgoing);
    else outgoing.end();
  });

/**
 * A small proxy of our own: the usual one (http-proxy 1.18) declares an empty body for a chunked
 * DELETE and then sends the body, which smuggles a second request with forged X-Risk-* headers past
 * the gateway. Here the framing that Node's parser accepted is the framing that goes out.
 */
export const createUpstreamProxy = (
  options: { readonly upstreamUrl: string; readonly timeoutMs: number },
  cookies: Cookies,
): UpstreamProxy => {
  const { protocol, hostname, port } = new URL(options.upstreamUrl);
  const { request: open, Agent } = protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  return {
    forward: async (request, response, headers) => {
      const { method, url: path } = request;
      const outgoing = open({ agent, protocol, hostname, port, method, path, headers });
      const isExpired = limitIdleTime(outgoing, options.timeoutMs);
      response.once('close', () => outgoing.destroy());
      try {
        const answer = await answerOf(request, outgoing);
        copyHead(answer, response, cookies);
        await pipeline(answer, response);
        return { kind: 'answered' };
      } catch (error) {
        if (response.headersSent || response.destroyed) {
          // Half an answer must not look like a whole one.
          response.destroy();
          return { kind: 'answered' };
        }
        const cause = isExpired() ? 'timeout' : 'connection';
        return { kind: 'failed', cause, detail: codeOf(error) };
      }
    },
    close: () => {
      agent.destroy();
    },
  };
};
