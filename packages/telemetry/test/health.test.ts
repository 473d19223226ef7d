import express from 'express';
import request from 'supertest';
import { createHealth, createMetrics, createOperationsRouter, type Health } from '../src/index.js';

const serve = (health: Health): express.Express =>
  express().use(createOperationsRouter({ health, metrics: createMetrics({ service: 'gateway' }) }));

describe('health and operations routes', () => {
  it('is alive whatever the dependencies say', async () => {
    const health = createHealth();
    health.register('redis', () => ({ ok: false, detail: 'down' }));
    await request(serve(health)).get('/healthz').expect(200, { status: 'ok' });
  });

  it('is ready when every check passes and names each of them', async () => {
    const health = createHealth();
    health.register('redis', () => ({ ok: true, detail: 'answers' }));
    health.register('policies', () => Promise.resolve({ ok: true, detail: '4 loaded' }));
    await request(serve(health))
      .get('/readyz')
      .expect(200, {
        status: 'ready',
        checks: {
          process: { ok: true, detail: 'running' },
          redis: { ok: true, detail: 'answers' },
          policies: { ok: true, detail: '4 loaded' },
        },
      });
  });

  it('is not ready when a check fails or throws, and does not repeat what was thrown', async () => {
    const health = createHealth();
    health.register('redis', () => Promise.reject(new Error('redis://:secret@host')));
    const { body, status } = await request(serve(health)).get('/readyz');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'not_ready',
      checks: { redis: { ok: false, detail: 'the check failed' } },
    });
  });

  it('does not wait for a check that hangs', async () => {
    const health = createHealth();
    health.register('redis', () => new Promise(() => undefined));
    const { ready, checks } = await health.readiness();
    expect(ready).toBe(false);
    expect(checks['redis']).toEqual({ ok: false, detail: 'no answer in time' });
  });

  it('turns red for good when the service is stopping', async () => {
    const health = createHealth();
    health.markStopping();
    const { status, body } = await request(serve(health)).get('/readyz');
    expect(status).toBe(503);
    expect(body).toMatchObject({ checks: { process: { ok: false, detail: 'stopping' } } });
  });

  it('serves metrics in the text format', async () => {
    const { status, text, headers } = await request(serve(createHealth())).get('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toContain('stepgate_build_info');
  });
});
