import { enforcementFor } from '@stepgate/client';
import type { Request, RequestHandler, Response } from 'express';
import { describeAttempt } from '../attempt.js';
import type { GatewayDeps } from '../gateway-deps.js';
import { sendEvent } from '../gateway-events.js';
import { parseIdentity, type Identity } from '../identity.js';
import { parseLogin, type LoginForm } from '../login-form.js';
import { countEnforcement } from '../observed-client.js';
import { sendProblem } from '../problems.js';
import { loginHeaders, type HeldAnswer, type UpstreamLoginResult } from '../upstream-login.js';
import type { GuardDeps } from './guard-deps.js';
import { letIn } from './let-in.js';
import { refuse } from './refuse.js';

/** One login on its way through. */
interface Visit {
  readonly request: Request;
  readonly response: Response;
  readonly address: string;
  /** As claimed in the form. */
  readonly claimed: Identity;
}

const notRelayed = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  // fetch has decoded the body.
  'content-encoding',
  'set-cookie',
];

const cookiesOf = ({ headers }: HeldAnswer, { cookies }: GatewayDeps): string[] =>
  headers.getSetCookie().filter((cookie) => !cookies.isOurs(cookie));

interface Relayed {
  readonly answer: HeldAnswer;
  readonly withCookies: boolean;
}

const relay = (deps: GuardDeps, response: Response, { answer, withCookies }: Relayed): void => {
  const own: readonly string[] = Object.values(deps.config.headers);
  response.status(answer.status);
  for (const [name, value] of answer.headers) {
    if (!notRelayed.includes(name) && !own.includes(name)) response.setHeader(name, value);
  }
  if (withCookies) {
    for (const cookie of cookiesOf(answer, deps)) response.appendHeader('set-cookie', cookie);
  }
  response.end(answer.body);
};

/** Who logged in is for the upstream to say: it checked the password, and may know aliases. */
const provenIdentity = (
  answer: HeldAnswer,
  claimed: Identity,
  { headers }: GatewayDeps['config'],
): Identity | null =>
  parseIdentity({
    subject: answer.headers.get(headers.subject) ?? claimed.subject,
    groups: answer.headers.get(headers.groups),
    authenticators: answer.headers.get(headers.authenticators),
  });

const decideLogin = async (deps: GuardDeps, visit: Visit, answer: HeldAnswer): Promise<void> => {
  const { request, response, address } = visit;
  const identity = provenIdentity(answer, visit.claimed, deps.config);
  if (identity === null) {
    sendProblem(response, 'upstream_unavailable', 'The application named no usable subject.');
    return;
  }
  const token = deps.deviceCookie.tokenOf(request, identity.subject);
  const question = describeAttempt(request, {
    identity,
    action: 'login',
    application: deps.config.application,
    address,
    device: token === null ? {} : { token },
    amr: ['pwd'],
  });
  const { authenticators, groups, subject } = identity;
  const fail = { mode: deps.config.failMode, authenticators };
  const enforcement = enforcementFor(await deps.client.decide(question), fail);
  countEnforcement(deps.metrics, enforcement);
  if (enforcement.outcome !== 'allow') {
    const login = { subject, groups, upstreamCookies: cookiesOf(answer, deps) };
    await refuse(deps, response, { enforcement, login });
    return;
  }
  await letIn(deps, response, { subject: question.subject, groups, enforcement, address });
  relay(deps, response, { answer, withCookies: true });
};

/**
 * 2xx: the password was right, so the engine decides. 401 and 403: it was wrong. Anything else is
 * passed on without its cookies: it may have let somebody in, and no one has decided about that.
 */
const enforceAnswer = async (
  deps: GuardDeps,
  visit: Visit,
  answer: UpstreamLoginResult,
): Promise<void> => {
  const { request, response, address, claimed } = visit;
  if (answer.kind === 'failed') {
    const timeout = answer.cause === 'timeout';
    deps.log.error({ route: 'login', cause: answer.cause }, 'the application does not answer');
    sendProblem(
      response,
      timeout ? 'upstream_timeout' : 'upstream_unavailable',
      'The login could not be checked. Try again.',
    );
    return;
  }
  if (answer.status >= 200 && answer.status < 300) {
    await decideLogin(deps, visit, answer);
    return;
  }
  const wrongPassword = answer.status === 401 || answer.status === 403;
  if (wrongPassword) {
    const userAgent = request.headers['user-agent'];
    await sendEvent(deps.client, {
      type: 'login_failed',
      subject: { type: 'user', id: claimed.subject },
      context: {
        ip: address,
        ...(userAgent === undefined ? {} : { user_agent: userAgent }),
      },
    });
  }
  relay(deps, response, { answer, withCookies: wrongPassword });
};

const submit = (deps: GuardDeps, visit: Omit<Visit, 'claimed'>, form: LoginForm) => {
  const foreign = deps.cookies.withoutOurs(visit.request.headers.cookie ?? '');
  return deps.upstreamLogin.submit({
    contentType: form.contentType,
    body: form.body,
    headers: {
      ...loginHeaders(visit.request),
      ...(foreign === '' ? {} : { cookie: foreign }),
      'x-forwarded-for': visit.address,
      'x-forwarded-proto': deps.peers.protocolOf(visit.request),
      'x-forwarded-host': visit.request.headers.host ?? '',
    },
  });
};

/** The guarded login: the upstream checks the password, the engine decides, the gateway enforces. */
export const createLogin =
  (deps: GuardDeps): RequestHandler =>
  async (request, response) => {
    const address = deps.peers.addressOf(request);
    if (address === null) {
      sendProblem(response, 'undecidable', 'The proxy in front does not name the client.');
      return;
    }
    const parsed = parseLogin(request, deps.guard.subjectField);
    if (parsed.kind === 'refused') {
      sendProblem(
        response,
        parsed.code,
        `Send ${deps.guard.subjectField} once, as a form or JSON.`,
      );
      return;
    }
    const { form } = parsed;
    const claimed = parseIdentity({ subject: form.subject, groups: null, authenticators: null });
    if (claimed === null) {
      sendProblem(response, 'invalid_login', `${deps.guard.subjectField} cannot be used.`);
      return;
    }
    const visit = { request, response, address };
    await enforceAnswer(deps, { ...visit, claimed }, await submit(deps, visit, form));
  };
