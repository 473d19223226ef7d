import type { Request, RequestHandler, Response } from 'express';
import { toHeaderBytes } from '../header-text.js';
import { sendProblem } from '../problems.js';
import type { Session } from '../sealed-tokens.js';
import { upstreamRequestHeaders } from '../upstream-headers.js';
import type { GuardDeps } from './guard-deps.js';

const statementsOf = (
  { subject, groups, risk }: Session,
  { headers }: GuardDeps['config'],
): Record<string, string> => ({
  ...risk,
  [headers.subject]: toHeaderBytes(subject),
  ...(groups.length === 0 ? {} : { [headers.groups]: toHeaderBytes(groups.join(',')) }),
});

const forward = async (
  deps: GuardDeps,
  [request, response]: readonly [Request, Response],
  statements: Readonly<Record<string, string>>,
): Promise<void> => {
  const address = deps.peers.addressOf(request);
  if (address === null) {
    sendProblem(response, 'undecidable', 'The proxy in front does not name the client.');
    return;
  }
  const headers = upstreamRequestHeaders(request, {
    address,
    protocol: deps.peers.protocolOf(request),
    statements,
    reserved: Object.values(deps.config.headers),
    cookies: deps.cookies,
  });
  const result = await deps.upstreamProxy.forward(request, response, headers);
  if (result.kind === 'answered') return;
  const { cause, detail } = result;
  deps.log.error({ route: 'pages', cause, detail }, 'the application does not answer');
  const code = cause === 'timeout' ? 'upstream_timeout' : 'upstream_unavailable';
  sendProblem(response, code, 'Try again.');
};

const sessionOf = async (request: Request, deps: GuardDeps): Promise<Session | null> => {
  const sealed = deps.cookies.read(request, 'session');
  return sealed === null ? null : deps.tokens.openSession(sealed);
};

/** The login form: the one page for those who have no session yet. */
export const createLoginPage =
  (deps: GuardDeps): RequestHandler =>
  async (request, response) => {
    await forward(deps, [request, response], {});
  };

/** Everything else: with a session, under the gateway's own statement of who it is; 401 without. */
export const createPages =
  (deps: GuardDeps): RequestHandler =>
  async (request, response) => {
    const session = await sessionOf(request, deps);
    if (session === null) {
      deps.metrics.enforcement('denied', 'session');
      sendProblem(response, 'login_required', `Sign in at ${deps.guard.loginPath}.`);
      return;
    }
    deps.metrics.enforcement('allowed', 'session');
    await forward(deps, [request, response], statementsOf(session, deps.config));
  };
