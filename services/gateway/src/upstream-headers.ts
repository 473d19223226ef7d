import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Cookies } from './cookies.js';

/** RFC 9110 7.6.1, and those that older software takes for hop-by-hop. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'http2-settings',
];
/** What only the gateway may say to the upstream; a client that sends one is trying something. */
const ownedPrefixes = ['x-risk-', 'x-auth-', 'x-forwarded-', 'x-stepgate-'];
const owned = [
  'x-decision-id',
  'x-device-id',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
];
/** How a body is delimited must stay with the body, whatever `Connection` lists. */
const framing = ['content-length', 'transfer-encoding'];

const listedIn = (connection: string | undefined): string[] =>
  (connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());

const isForbidden = (name: string, extra: readonly string[]): boolean =>
  // CGI and WSGI servers read `X_Risk_Decision` as `X-Risk-Decision`.
  name.includes('_') ||
  ownedPrefixes.some((prefix) => name.startsWith(prefix)) ||
  owned.includes(name) ||
  extra.includes(name);

/** Headers without those that end at this hop; `Connection` must not name ours away at the next. */
export const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const dropped = [...hopByHop, ...listedIn(headers.connection)];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => framing.includes(name) || !dropped.includes(name)),
  );
};

export interface ForwardedAs {
  readonly address: string;
  readonly protocol: 'http' | 'https';
  /** What the gateway says of the subject and the decision. */
  readonly statements: Readonly<Record<string, string>>;
  /** Configured names that only a proxy or the gateway may set. */
  readonly reserved: readonly string[];
  readonly cookies: Cookies;
}

/** The client's headers as the upstream may see them, with what the gateway has to say itself. */
export const upstreamRequestHeaders = (
  request: IncomingMessage,
  { address, protocol, statements, reserved, cookies }: ForwardedAs,
): OutgoingHttpHeaders => {
  const { cookie, host, ...rest } = endToEnd(request.headers);
  const passed = Object.entries(rest).filter(([name]) => !isForbidden(name, reserved));
  const foreignCookies = cookies.withoutOurs(cookie ?? '');
  return {
    ...Object.fromEntries(passed),
    ...(host === undefined ? {} : { host, 'x-forwarded-host': host }),
    ...(foreignCookies === '' ? {} : { cookie: foreignCookies }),
    'x-forwarded-for': address,
    'x-forwarded-proto': protocol,
    ...statements,
  };
};
