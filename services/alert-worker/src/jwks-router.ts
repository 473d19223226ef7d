import { Router } from 'express';
import type { SinkSpec } from './sinks/sink-spec.js';
import { publicJwks } from './sinks/ssf/public-jwks.js';

/** `/.well-known/jwks.json`: what receivers of security event tokens verify them with. */
export const createJwksRouter = (specs: readonly SinkSpec[]): Router => {
  const jwks = publicJwks(specs);
  const router = Router();
  router.get('/.well-known/jwks.json', (_request, response) => {
    response
      .type('application/jwk-set+json')
      // Short enough that a new key is known before the old one is dropped.
      .set('Cache-Control', 'public, max-age=300')
      .send(JSON.stringify(jwks));
  });
  return router;
};
