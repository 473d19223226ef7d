import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DecisionRequest } from '@stepgate/contracts';
import type { StepgateClient } from './client.js';
import { enforcementFor, type Enforcement, type FailPolicy } from './enforcement.js';
import { encodeRefusal } from './refusal.js';

export interface MiddlewareOptions<Request extends IncomingMessage> {
  readonly client: Pick<StepgateClient, 'decide'>;
  /** The question that this request puts; a throw goes to the error handler and nothing passes. */
  readonly describe: (request: Request) => DecisionRequest | Promise<DecisionRequest>;
  /** What to do when the engine is away; step-up when left out. */
  readonly fail?: FailPolicy;
  /** For metrics and logs. */
  readonly onEnforcement?: (enforcement: Enforcement, request: Request) => void;
}

/** Express's shape, so that this package needs no Express. */
export type Middleware<Request extends IncomingMessage> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

const enforcements = new WeakMap<IncomingMessage, Enforcement>();

/** What `stepgateMiddleware` decided about this request; null when it has not run. */
export const enforcementOf = (request: IncomingMessage): Enforcement | null =>
  enforcements.get(request) ?? null;

/**
 * An Express middleware that asks per request and lets only an allow pass; a step-up is answered with
 * the RFC 9470 challenge and problem details, a denial with 403.
 *
 * @example
 * app.use('/payroll', stepgateMiddleware({ client, describe: (request) => ({ ... }) }));
 */
export const stepgateMiddleware =
  <Request extends IncomingMessage>(options: MiddlewareOptions<Request>): Middleware<Request> =>
  async (request, response, next) => {
    let enforcement: Enforcement;
    try {
      const question = await options.describe(request);
      enforcement = enforcementFor(await options.client.decide(question), options.fail);
      options.onEnforcement?.(enforcement, request);
    } catch (error) {
      next(error);
      return;
    }
    enforcements.set(request, enforcement);
    const refusal = encodeRefusal(enforcement);
    if (refusal === null) {
      next();
      return;
    }
    response.writeHead(refusal.status, refusal.headers).end(JSON.stringify(refusal.body));
  };
