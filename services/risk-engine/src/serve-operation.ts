import type { IncomingMessage, ServerResponse } from 'node:http';
import { routes, type OperationId, type Route } from '@stepgate/contracts';
import { admitRequests, type Admission } from './admit-requests.js';
import {
  answerError,
  answerProblem,
  type LogFailure,
  type ProblemAnswer,
} from './answer-problem.js';
import type { CallerRates } from './caller-rates.js';
import type { Callers } from './callers/callers.js';
import type { Identification, Identified } from './callers/grant.js';
import { createDevClock } from './dev-clock.js';
import { parseJsonBody, readDocumentBody, receiveJsonBody, type JsonBody } from './json-body.js';
import type { Answer, Call, Handler } from './routes/handler.js';
import { setSecurityHeaders } from './security-headers.js';
import type { AnswerSigner } from './sign-answers.js';
import type { ChangeLog } from './change-log.js';

export interface ServeDeps {
  readonly handlers: Readonly<Record<OperationId, Handler>>;
  readonly callers: Pick<Callers, 'identify'>;
  readonly rates: CallerRates;
  /** Told of every request that was turned away for want of room or rate. */
  readonly onShed: (reason: 'rate' | 'overload') => void;
  readonly mode: 'production' | 'dev';
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly logFailure: LogFailure;
  readonly answers: AnswerSigner;
  /** Told of every change that an administrator's route has made. */
  readonly changes: ChangeLog;
}

/** One request of an operation, whichever way it was routed. */
export interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the path. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type ServeOperation = (operation: OperationId, served: Served) => void;

const noBody: JsonBody = { value: undefined, hash: () => '' };
/** Of an operation that needs no credentials. */
const nobody: Identified = {
  caller: { id: '', tenant: '', scopes: [], maxPerSecond: null },
  confirm: null,
};

const noHeaders: Call['headers'] = {};

/** The headers that the contract names; a handler sees no others. */
const headersFor = (request: IncomingMessage, route: Route): Call['headers'] =>
  route.headers === undefined
    ? noHeaders
    : Object.fromEntries(
        route.headers.map((name) => [name, String(request.headers[name] ?? '')] as const),
      );

interface Answered {
  readonly operation: OperationId;
  readonly call: Call;
  readonly answer: Answer;
}

const send = (
  response: ServerResponse,
  { operation, call, answer }: Answered,
  answers: AnswerSigner,
): void => {
  if ('problem' in answer) {
    answerProblem(response, answer);
    return;
  }
  response.statusCode = answer.status;
  if (answer.body === null) {
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'application/json');
  const body = JSON.stringify(answer.body);
  const signature = answers.sign({ operation, call, body, answer: answer.body });
  if (signature !== null) response.setHeader('Stepgate-Signature', signature);
  response.end(body);
};

/** A request that may be worked on: who asks is known, and is within the rate. */
interface Admissible extends Served {
  readonly operation: OperationId;
  readonly route: Route;
  readonly identified: Identified;
  readonly devNow: Call['devNow'];
}

const refuseBody = (response: ServerResponse, problem: ProblemAnswer): void => {
  // What is left of the body is not waited for.
  response.setHeader('Connection', 'close');
  answerProblem(response, problem);
};

/** Reads, proves, answers: what is done when it is the request's turn. */
const createWork =
  (deps: ServeDeps) =>
  async (admitted: Admissible, body: JsonBody | ProblemAnswer): Promise<void> => {
    const { operation, route, request, response, identified } = admitted;
    if ('problem' in body) {
      refuseBody(response, body);
      return;
    }
    const { caller, confirm } = identified;
    const unconfirmed = confirm === null ? null : await confirm(body.hash());
    if (unconfirmed !== null) {
      answerProblem(response, unconfirmed);
      return;
    }
    const call: Call = {
      tenant: caller.tenant,
      devNow: admitted.devNow,
      receivedAt: deps.clock(),
      parameters: admitted.parameters,
      headers: headersFor(request, route),
      body: body.value,
      bodyHash: body.hash,
    };
    const answer = await deps.handlers[operation](call);
    if (route.scope === 'admin' && !('problem' in answer)) {
      deps.changes.changed({ operation, caller: caller.id, tenant: caller.tenant });
    }
    send(response, { operation, call, answer }, deps.answers);
  };

/** Who may go on, or the problem. Costs a login about two microseconds, and nothing of Redis. */
const createDoor = (deps: ServeDeps) => {
  const devClock = createDevClock(deps.mode);
  return (
    { request, route }: { readonly request: IncomingMessage; readonly route: Route },
    identification: Identification,
  ): ProblemAnswer | Pick<Admissible, 'identified' | 'devNow'> => {
    if ('problem' in identification) return identification;
    const { caller } = identification;
    if (route.scope !== null) {
      if (!caller.scopes.includes(route.scope)) {
        return { problem: 'forbidden', detail: `This needs the scope ${route.scope}.` };
      }
      const retryAfterSeconds = deps.rates.take(caller);
      if (retryAfterSeconds > 0) {
        deps.onShed('rate');
        return { problem: 'rate_limited', detail: 'Ask more slowly.', retryAfterSeconds };
      }
    }
    const { now: devNow, problem } = devClock(request.headers['stepgate-dev-now']);
    return problem ?? { identified: identification, devNow };
  };
};

/** A document is large: few at once, so that they cannot fill the memory. */
const documentLimits = { minRunning: 8, maxRunning: 32, maxWaiting: 256, maxWaitMs: 1_000 };

const createAdmit =
  (logFailure: LogFailure) =>
  (admission: Admission, { response, identified }: Admissible, turn: () => Promise<void>): void => {
    admission({
      tenant: identified.caller.tenant,
      response,
      next: () => {
        turn().catch((error: unknown) => {
          answerError(response, error, logFailure);
        });
      },
    });
  };

/**
 * Every operation goes the same way: caller, scope, rate, time, body, turn, handler, answer. It asks
 * nothing of Express, so that the hot path need not pass through its router.
 */
export const createServeOperation = (deps: ServeDeps): ServeOperation => {
  const onShed = (): void => {
    deps.onShed('overload');
  };
  // Events wait for a store that is away; decisions, which must not, do not wait behind them.
  const decisions = admitRequests(onShed);
  const documents = admitRequests(onShed, documentLimits);
  const others = admitRequests(onShed);
  const work = createWork(deps);
  const door = createDoor(deps);
  const admit = createAdmit(deps.logFailure);

  /** A small body is read before the turn comes: who drips it holds up nobody but itself. */
  const receive = async (admissible: Admissible): Promise<void> => {
    const { request, response, route, operation } = admissible;
    if (route.body === 'document') {
      admit(documents, admissible, async () => work(admissible, await readDocumentBody(request)));
      return;
    }
    const admission = operation === 'decide' ? decisions : others;
    if (route.request === null) {
      admit(admission, admissible, () => work(admissible, noBody));
      return;
    }
    const bytes = await receiveJsonBody(request);
    if ('problem' in bytes) refuseBody(response, bytes);
    else admit(admission, admissible, () => work(admissible, parseJsonBody(bytes)));
  };

  const enter = async (
    operation: OperationId,
    served: Served,
    identification: Identification,
  ): Promise<void> => {
    const route: Route = routes[operation];
    const { request, response, parameters } = served;
    const entered = door({ request, route }, identification);
    if ('problem' in entered) answerProblem(response, entered);
    else await receive({ ...entered, operation, route, request, response, parameters });
  };

  return (operation, served) => {
    const { request, response } = served;
    setSecurityHeaders(response);
    const identification =
      routes[operation].scope === null ? nobody : deps.callers.identify(request);
    const entered =
      identification instanceof Promise
        ? identification.then((identity) => enter(operation, served, identity))
        : enter(operation, served, identification);
    entered.catch((error: unknown) => {
      answerError(response, error, deps.logFailure);
    });
  };
};
