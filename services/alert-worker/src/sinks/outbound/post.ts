import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { SinkLimits, TargetRule } from '../sink-spec.js';
import { causeOf, refusedCause } from './cause.js';
import { createAddressJudge, isLoopback, type JudgeAddress } from './judge-address.js';
import { bareHost, createGuardedLookup, refusesHost, type LookupAll } from './target-guard.js';

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the request when the worker stops. */
  readonly signal: AbortSignal;
}

export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | null;
      /** As much of it as was read before the limits. */
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly cause: string };

/** Never throws. */
export type Post = (request: PostRequest) => Promise<HttpAnswer>;

export interface PostOptions {
  readonly target: TargetRule;
  readonly limits: SinkLimits;
  /** PEM of the authority that the receiver's certificate must come from; null: the system's. */
  readonly ca: string | null;
  readonly lookup: LookupAll;
}

/** Reads what the receiver says; beyond the limit the connection is dropped. */
const readBody = (response: IncomingMessage, limit: number): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) response.destroy();
      else chunks.push(chunk);
    });
    // The status is known by now: how the body ends changes nothing.
    response.on('error', () => undefined);
    response.on('close', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });

const answerOf = async (response: IncomingMessage, limit: number): Promise<HttpAnswer> => {
  const body = await readBody(response, limit);
  const retryAfter = response.headers['retry-after'] ?? null;
  return { kind: 'answered', status: response.statusCode ?? 0, retryAfter, body };
};

/** From the first look at the name on. @returns what takes the timers off again. */
const limitTime = (outgoing: ClientRequest, limits: SinkLimits): (() => void) => {
  const expire = (code: string) => () => {
    outgoing.destroy(Object.assign(new Error('too late'), { code }));
  };
  const total = setTimeout(expire('TIMEOUT'), limits.totalMs);
  const connecting = setTimeout(expire('CONNECT_TIMEOUT'), limits.connectMs);
  outgoing.once('socket', (socket) => {
    const connected = outgoing.protocol === 'https:' ? 'secureConnect' : 'connect';
    socket.once(connected, () => {
      clearTimeout(connecting);
    });
  });
  return () => {
    clearTimeout(total);
    clearTimeout(connecting);
  };
};

const requestOptions = (
  { url, headers, body, signal }: PostRequest,
  { ca, lookup }: PostOptions,
  judge: JudgeAddress,
): RequestOptions => {
  const host = bareHost(url.hostname);
  return {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // A connection of its own, past the proxies that an environment may set for the global agent.
    agent: false,
    lookup: createGuardedLookup(judge, lookup),
    signal,
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
  };
};

const exchange = (
  request: PostRequest,
  options: PostOptions,
  judge: JudgeAddress,
): Promise<HttpAnswer> =>
  new Promise((resolve) => {
    const { url, body } = request;
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(url, requestOptions(request, options, judge));
    const untime = limitTime(outgoing, options.limits);
    let answered = false;
    outgoing.once('response', (response) => {
      answered = true;
      void answerOf(response, options.limits.responseBytes).then(resolve);
    });
    outgoing.on('error', (error) => {
      // Once there is a status, running out of time only ends the reading of the body.
      if (!answered) resolve({ kind: 'failed', cause: causeOf(error) });
    });
    outgoing.once('close', untime);
    outgoing.end(body);
  });

const nowhere: JudgeAddress = () => false;

/** What is not encrypted does not leave this host; what is not HTTP goes nowhere. */
const judgeFor = ({ protocol }: URL, judge: JudgeAddress): JudgeAddress => {
  if (protocol === 'https:') return judge;
  return protocol === 'http:' ? (address) => isLoopback(address) && judge(address) : nowhere;
};

/**
 * One POST to a judged address: no redirects, no proxies, every phase bounded in time and size. The
 * only way by which sinks speak HTTP.
 */
export const createPost = (options: PostOptions): Post => {
  const judgeTarget = createAddressJudge(options.target);
  return async (request) => {
    const judge = judgeFor(request.url, judgeTarget);
    const refused = judge === nowhere || refusesHost(request.url.hostname, judge);
    return refused ? { kind: 'failed', cause: refusedCause } : exchange(request, options, judge);
  };
};
