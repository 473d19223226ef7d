import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

export type CookieName = 'session' | 'pending' | 'device';

export interface CookieOptions {
  readonly maxAgeSeconds: number;
  readonly sameSite: 'lax' | 'strict';
}

export interface Cookies {
  readonly read: (request: IncomingMessage, name: CookieName) => string | null;
  readonly set: (
    response: ServerResponse,
    cookie: CookieOptions & { readonly name: CookieName; readonly value: string },
  ) => void;
  readonly clear: (response: ServerResponse, name: CookieName) => void;
  /** A `Cookie` header without ours: the upstream needs no key to its own door. */
  readonly withoutOurs: (header: string) => string;
  /** Whether a `Set-Cookie` of the upstream would replace one of ours. */
  readonly isOurs: (setCookie: string) => boolean;
}

const nameIn = (pair: string): string => (pair.split('=', 1)[0] ?? '').trim();

/**
 * @param secure production: `Secure`, and the `__Host-` prefix, which keeps a sibling domain from
 * planting a session.
 */
export const createCookies = (secure: boolean): Cookies => {
  const wireName = (name: CookieName): string => `${secure ? '__Host-' : ''}stepgate_${name}`;
  const ours = (['session', 'pending', 'device'] as const).map(wireName);
  const read: Cookies['read'] = ({ headers }, name) =>
    parseCookie(headers.cookie ?? '')[wireName(name)] ?? null;
  const set: Cookies['set'] = (response, { name, value, maxAgeSeconds, sameSite }) => {
    const flags = { path: '/', httpOnly: true, secure, sameSite, maxAge: maxAgeSeconds };
    response.appendHeader('set-cookie', stringifySetCookie(wireName(name), value, flags));
  };
  return {
    read,
    set,
    clear: (response, name) => {
      set(response, { name, value: '', maxAgeSeconds: 0, sameSite: 'lax' });
    },
    withoutOurs: (header) =>
      header
        .split(';')
        .filter((pair) => !ours.includes(nameIn(pair)))
        .join(';')
        .trim(),
    isOurs: (setCookie) => ours.includes(nameIn(setCookie)),
  };
};
