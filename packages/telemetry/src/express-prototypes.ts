import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/**
 * Express sets the prototype of each request and response as it arrives, and V8 takes such objects
 * off its fast paths for the rest of their life. Objects that are born with the prototype which
 * Express is about to set make that call a no-op. Mounted applications (`express()` within
 * `app.use`) set their own again: mount routers.
 */
export const bornAsExpressExpects = (
  app: Express,
): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> => {
  class BornRequest extends IncomingMessage {}
  class BornResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(BornRequest.prototype, app.request);
  Object.setPrototypeOf(BornResponse.prototype, app.response);
  Object.assign(app, { request: BornRequest.prototype, response: BornResponse.prototype });
  return { IncomingMessage: BornRequest, ServerResponse: BornResponse };
};
