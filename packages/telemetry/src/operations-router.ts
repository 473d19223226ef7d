import { Router } from 'express';
import type { Health } from './health.js';
import type { ServiceMetrics } from './metrics/service-registry.js';

export interface OperationsDeps {
  readonly health: Health;
  readonly metrics: ServiceMetrics;
}

/** `/healthz` (alive), `/readyz` (fit to serve; 503 with the failed checks) and `/metrics`. */
export const createOperationsRouter = ({ health, metrics }: OperationsDeps): Router => {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const { ready, degraded, checks } = await health.readiness();
    const status = degraded ? 'degraded' : 'ready';
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status: ready ? status : 'not_ready', checks });
  });
  router.get('/metrics', async (_request, response) => {
    const text = await metrics.registry.metrics();
    response.set('Content-Type', metrics.registry.contentType).send(text);
  });
  return router;
};
