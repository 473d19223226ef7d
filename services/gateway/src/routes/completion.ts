import { challengeFor, enforcementFor, type DecideResult } from '@stepgate/client';
import { boundsProblem, completionRequestSchema } from '@stepgate/contracts';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { sendEvent } from '../gateway-events.js';
import { countEnforcement } from '../observed-client.js';
import { sendProblem } from '../problems.js';
import type { PendingLogin } from '../sealed-tokens.js';
import type { Verification, Verifier } from '../verifier.js';
import type { GuardDeps } from './guard-deps.js';
import { letIn } from './let-in.js';
import { refuse } from './refuse.js';

const { authenticator, amr } = completionRequestSchema.shape;
const bodySchema = z.strictObject({
  decision_id: z.uuid(),
  authenticator,
  amr: amr.default([]),
  number_matched: z.boolean().default(false),
  proof: z.unknown().optional(),
});
type Body = z.output<typeof bodySchema>;

const bounds = { maxDepth: 8, maxKeys: 256 };

/** One step-up on its way through; the browser proved by its cookie that the login was its own. */
interface Visit {
  readonly response: Response;
  readonly address: string;
  readonly pending: PendingLogin;
  readonly body: Body;
}

const parseBody = (body: unknown): Body | null =>
  boundsProblem(body, bounds) === null ? (bodySchema.safeParse(body).data ?? null) : null;

const pendingOf = async (request: Request, deps: GuardDeps): Promise<PendingLogin | null> => {
  const sealed = deps.cookies.read(request, 'pending');
  return sealed === null ? null : deps.tokens.openPending(sealed);
};

/** Nobody has judged this, so nobody gets in, whatever is configured for when the engine is away. */
const answerUnjudged = (
  deps: GuardDeps,
  response: Response,
  cause: Extract<DecideResult, { kind: 'unreachable' }>['cause'],
): void => {
  deps.metrics.enforcement('denied', 'engine_unreachable');
  if (cause.code !== 'refused') {
    sendProblem(response, 'undecidable', 'The risk engine cannot be reached. Try again.');
    return;
  }
  deps.cookies.clear(response, 'pending');
  sendProblem(response, 'completion_refused', 'Sign in again.');
};

const enforceJudgement = async (
  deps: GuardDeps,
  { response, address, pending }: Visit,
  result: DecideResult,
): Promise<void> => {
  if (result.kind === 'unreachable') {
    answerUnjudged(deps, response, result.cause);
    return;
  }
  const enforcement = enforcementFor(result);
  countEnforcement(deps.metrics, enforcement);
  if (enforcement.outcome !== 'allow') {
    await refuse(deps, response, { enforcement, login: pending });
    return;
  }
  await letIn(deps, response, {
    subject: { type: 'user', id: pending.subject, properties: { groups: pending.groups } },
    groups: pending.groups,
    enforcement,
    address,
  });
  for (const cookie of pending.upstreamCookies) response.appendHeader('set-cookie', cookie);
  response.setHeader('cache-control', 'no-store');
  response.json({ decision: 'allow', decision_id: pending.decisionId });
};

const judge = async (
  deps: GuardDeps,
  visit: Visit,
  verification: Exclude<Verification, { kind: 'unreachable' }>,
): Promise<void> => {
  const { response, address, pending, body } = visit;
  if (verification.kind === 'not_proven') {
    await sendEvent(deps.client, {
      type: 'step_up_failed',
      subject: { type: 'user', id: pending.subject },
      decision_id: pending.decisionId,
      context: { ip: address },
      data: { authenticator: body.authenticator },
    });
    response.setHeader('www-authenticate', challengeFor(pending.stepUp));
    sendProblem(response, 'not_proven', 'Try again, or with another of the authenticators.');
    return;
  }
  const { deviceAddress } = verification;
  const result = await deps.client.complete(pending.decisionId, {
    authenticator: body.authenticator,
    amr: body.amr,
    number_matched: body.number_matched,
    ...(deviceAddress === null ? {} : { context: { ip: deviceAddress } }),
  });
  await enforceJudgement(deps, visit, result);
};

const verify = (verifier: Verifier, { pending, body }: Visit): Promise<Verification> =>
  verifier.verify({
    subject: pending.subject,
    decision_id: pending.decisionId,
    authenticator: body.authenticator,
    amr: body.amr,
    number_matched: body.number_matched,
    proof: body.proof ?? null,
  });

/** Null when it has been answered. */
const openVisit = async (
  deps: GuardDeps,
  request: Request,
  response: Response,
): Promise<Visit | null> => {
  if (request.is('application/json') !== 'application/json') {
    sendProblem(response, 'unsupported_media_type', 'Send application/json.');
    return null;
  }
  const body = parseBody(request.body);
  if (body === null) {
    sendProblem(response, 'invalid_request', 'Send decision_id, authenticator and its proof.');
    return null;
  }
  const address = deps.peers.addressOf(request);
  if (address === null) {
    sendProblem(response, 'undecidable', 'The proxy in front does not name the client.');
    return null;
  }
  const pending = await pendingOf(request, deps);
  if (pending?.decisionId !== body.decision_id) {
    sendProblem(
      response,
      'login_required',
      'This browser has no such login waiting. Sign in again.',
    );
    return null;
  }
  return { response, address, pending, body };
};

/**
 * `POST /stepgate/completion`: the verifier says whether the authenticator proved the subject, the
 * engine whether the login may go on. The browser's word decides nothing.
 */
export const createCompletion =
  (deps: GuardDeps): RequestHandler =>
  async (request, response) => {
    if (deps.verifier === null) {
      sendProblem(response, 'completion_disabled', 'No verifier is configured.');
      return;
    }
    const visit = await openVisit(deps, request, response);
    if (visit === null) return;
    const verification = await verify(deps.verifier, visit);
    if (verification.kind === 'unreachable') {
      deps.log.error({ route: 'completion' }, 'the verifier does not answer');
      sendProblem(response, 'undecidable', 'The authenticator could not be verified. Try again.');
      return;
    }
    await judge(deps, visit, verification);
  };
