import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cookies } from './cookies.js';

/**
 * The engine's device tokens of all who sign in with this browser. A token is for one subject, and with
 * another's it is a finding: a family's computer must not accuse its children. Opaque to the gateway.
 */
export interface DeviceCookie {
  readonly tokenOf: (request: IncomingMessage, subject: string) => string | null;
  readonly keepToken: (
    response: ServerResponse,
    kept: { readonly subject: string; readonly token: string },
  ) => void;
}

interface Entry {
  /** Tells the people of one browser apart, and is too short to say for certain who they are. */
  readonly tag: string;
  readonly token: string;
}

/** Eight people, who signed in latest first: all cookies and headers must fit into 8 kB together. */
const maxLength = 1_500;
/** The longest that browsers keep one; each token has an end of its own. */
const maxAgeSeconds = 400 * 86_400;

const entryPattern = /^([\w-]{6})\.([\w.-]{1,512})$/;

const tagOf = (subject: string): string =>
  createHash('sha256')
    .update(subject.normalize('NFKC').toLowerCase())
    .digest('base64url')
    .slice(0, 6);

const entriesIn = (value: string | null): readonly Entry[] =>
  (value ?? '').split('~').flatMap((text) => {
    const [, tag, token] = entryPattern.exec(text) ?? [];
    return tag === undefined || token === undefined ? [] : { tag, token };
  });

const textOf = (entries: readonly Entry[]): string => {
  const text = entries.map(({ tag, token }) => `${tag}.${token}`).join('~');
  return text.length <= maxLength ? text : textOf(entries.slice(0, -1));
};

export const createDeviceCookie = (cookies: Pick<Cookies, 'read' | 'set'>): DeviceCookie => {
  const entriesOf = (request: IncomingMessage): readonly Entry[] =>
    entriesIn(cookies.read(request, 'device'));
  return {
    tokenOf: (request, subject) => {
      const mine = tagOf(subject);
      return entriesOf(request).find(({ tag }) => tag === mine)?.token ?? null;
    },
    keepToken: (response, { subject, token }) => {
      const mine = tagOf(subject);
      const others = entriesOf(response.req).filter(({ tag }) => tag !== mine);
      const value = textOf([{ tag: mine, token }, ...others]);
      cookies.set(response, { name: 'device', value, maxAgeSeconds, sameSite: 'lax' });
    },
  };
};
