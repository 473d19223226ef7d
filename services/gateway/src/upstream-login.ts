import type { IncomingMessage } from 'node:http';
import { fetchFailure } from './fetch-failure.js';
import { readBounded } from './read-bounded.js';

/** The upstream's answer to a login, held until the engine has decided. */
export interface HeldAnswer {
  readonly kind: 'held';
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}
export type UpstreamLoginResult =
  HeldAnswer | { readonly kind: 'failed'; readonly cause: 'timeout' | 'connection' | 'too_large' };

export interface UpstreamLogin {
  readonly submit: (login: {
    readonly contentType: string;
    readonly body: string;
    readonly headers: Readonly<Record<string, string>>;
  }) => Promise<UpstreamLoginResult>;
}

/** A login page or a redirect; an application that answers with more is not held in memory. */
const maxHeldBytes = 256 * 1024;

const passed = ['user-agent', 'accept', 'accept-language', 'origin', 'referer'] as const;

/** What of the client's headers a login form needs: a list of those that pass, not of those that do not. */
export const loginHeaders = ({ headers }: IncomingMessage): Record<string, string> => {
  const chosen: Record<string, string> = {};
  for (const name of passed) {
    const value = headers[name];
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
};

export const createUpstreamLogin = (options: {
  readonly loginUrl: string;
  readonly timeoutMs: number;
}): UpstreamLogin => ({
  submit: async ({ contentType, body, headers }) => {
    try {
      const response = await fetch(options.loginUrl, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { ...headers, 'content-type': contentType, 'accept-encoding': 'identity' },
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      const held = await readBounded(response, maxHeldBytes);
      if (held === null) return { kind: 'failed', cause: 'too_large' };
      return { kind: 'held', status: response.status, headers: response.headers, body: held };
    } catch (error) {
      return { kind: 'failed', cause: fetchFailure(error) };
    }
  },
});
