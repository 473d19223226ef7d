import type { IncomingMessage } from 'node:http';
import { operationIds, type OperationId } from '@stepgate/contracts';
import { createApp, type App } from '../src/app.js';
import { createCallerRates } from '../src/caller-rates.js';
import type { Callers } from '../src/callers/callers.js';
import { grantOf, refused } from '../src/callers/grant.js';
import { keepNoLog } from '../src/change-log.js';
import { signNothing } from '../src/sign-answers.js';
import type { Call, Handler } from '../src/routes/handler.js';

export interface EdgeScene {
  readonly app: App;
  readonly calls: Call[];
  readonly shed: string[];
}

export interface EdgeOptions {
  readonly callers?: Pick<Callers, 'identify'>;
  readonly maxPerSecond?: number;
  readonly operationsApart?: boolean;
  readonly handler?: Handler;
}

/** Whoever says its name is known: who is believed, other tests tell. */
const byName = {
  identify: ({ headers }: IncomingMessage) => {
    const [, id] = /^Bearer (\w+)$/.exec(headers.authorization ?? '') ?? [];
    return id === undefined ? refused : (known.get(id)?.identified ?? refused);
  },
};

const known = new Map(
  ['one', 'other'].map((id) => [
    id,
    grantOf({ id, tenant: id, scopes: ['decide', 'events', 'read', 'admin'] }),
  ]),
);

/** The edge before handlers that only note what reaches them. */
export const openEdge = ({
  callers = byName,
  maxPerSecond = 1_000,
  operationsApart = false,
  handler = () => ({ status: 200, body: { ok: true } }),
}: EdgeOptions = {}): EdgeScene => {
  const calls: Call[] = [];
  const shed: string[] = [];
  const noted: Handler = (call) => {
    calls.push(call);
    return handler(call);
  };
  const app = createApp({
    handlers: Object.fromEntries(operationIds.map((operation) => [operation, noted])) as Record<
      OperationId,
      Handler
    >,
    callers,
    rates: createCallerRates(maxPerSecond),
    onShed: (reason) => {
      shed.push(reason);
    },
    operations: (request, response, next) => {
      if (request.path === '/metrics' || request.path === '/readyz') response.end('told');
      else next();
    },
    operationsApart,
    mode: 'production',
    clock: Date.now,
    logFailure: () => undefined,
    answers: signNothing,
    changes: keepNoLog,
  });
  return { app, calls, shed };
};
