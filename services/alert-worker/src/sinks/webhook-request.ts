import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface WebhookRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the request when the worker stops. */
  readonly signal: AbortSignal;
  readonly limits: WebhookLimits;
}

export interface WebhookLimits {
  readonly connectMs: number;
  /** From the start until the answer is read. */
  readonly totalMs: number;
  readonly responseBytes: number;
}

export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'failed'; readonly cause: string };

/** System and TLS error codes are constants; messages would name hosts and addresses. */
const causeOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? `no answer: ${code}` : 'no answer';
};

/** Reads what the receiver says and throws it away; beyond the limit the connection is dropped. */
const discardBody = (response: IncomingMessage, limit: number): Promise<void> =>
  new Promise((resolve) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) response.destroy();
    });
    // The status is known by now: how the body ends changes nothing.
    response.on('error', () => undefined);
    response.on('close', resolve);
  });

const answerOf = async (response: IncomingMessage, limit: number): Promise<WebhookAnswer> => {
  await discardBody(response, limit);
  const retryAfter = response.headers['retry-after'] ?? null;
  return { kind: 'answered', status: response.statusCode ?? 0, retryAfter };
};

/** @returns what takes the timers off again. */
const limitTime = (outgoing: ClientRequest, limits: WebhookLimits): (() => void) => {
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

/**
 * One POST on a connection of its own: no redirects, no proxies of the environment, every phase
 * bounded in time and size. Never throws.
 */
export const postWebhook = ({
  url,
  headers,
  body,
  signal,
  limits,
}: WebhookRequest): Promise<WebhookAnswer> =>
  new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const length = String(Buffer.byteLength(body));
    const outgoing = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': length },
      agent: false,
      signal,
    });
    const untime = limitTime(outgoing, limits);
    let answered = false;
    outgoing.once('response', (response) => {
      answered = true;
      void answerOf(response, limits.responseBytes).then(resolve);
    });
    outgoing.on('error', (error) => {
      // Once there is a status, running out of time only ends the reading of the body.
      if (!answered) resolve({ kind: 'failed', cause: causeOf(error) });
    });
    outgoing.once('close', untime);
    outgoing.end(body);
  });
