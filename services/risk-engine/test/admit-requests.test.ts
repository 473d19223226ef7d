import express from 'express';
import request from 'supertest';
import { admitRequests } from '../src/admit-requests.js';

interface Held {
  readonly release: () => void;
}

/** An app whose requests end when the test says so. */
const heldApp = (limits: {
  minRunning: number;
  maxRunning: number;
  maxWaiting: number;
  maxWaitMs: number;
}) => {
  const held: Held[] = [];
  let arrived = 0;
  const app = express();
  app.use((_request, _response, next) => {
    arrived += 1;
    next();
  });
  app.use(admitRequests(limits));
  app.get('/', (_request, response) => {
    held.push({ release: () => response.end('done') });
  });
  return { server: app.listen(0, '127.0.0.1'), held, arrived: () => arrived };
};

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it never came to that');
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('the admission of requests', () => {
  it('lets a bounded number run, and the next when one is done', async () => {
    const { server, held, arrived } = heldApp({
      minRunning: 1,
      maxRunning: 1,
      maxWaiting: 10,
      maxWaitMs: 10_000,
    });
    const first = request(server)
      .get('/')
      .then(({ status }) => status);
    await until(() => held.length === 1);
    const second = request(server)
      .get('/')
      .then(({ status }) => status);
    await until(() => arrived() === 2);
    expect(held).toHaveLength(1);
    held[0]?.release();
    expect(await first).toBe(200);
    await until(() => held.length === 2);
    held[1]?.release();
    expect(await second).toBe(200);
    server.close();
  });

  it('sheds with 503 when too many wait, and never with success', async () => {
    const { server, held } = heldApp({
      minRunning: 1,
      maxRunning: 1,
      maxWaiting: 0,
      maxWaitMs: 10_000,
    });
    const first = request(server)
      .get('/')
      .then(({ status }) => status);
    await until(() => held.length === 1);
    const shed = await request(server).get('/');
    expect([shed.status, shed.headers['retry-after'], shed.body.code]).toEqual([
      503,
      '1',
      'overloaded',
    ]);
    held[0]?.release();
    expect(await first).toBe(200);
    server.close();
  });

  it('sheds what has waited for too long', async () => {
    const { server, held, arrived } = heldApp({
      minRunning: 1,
      maxRunning: 1,
      maxWaiting: 10,
      maxWaitMs: -1,
    });
    const first = request(server)
      .get('/')
      .then(({ status }) => status);
    await until(() => held.length === 1);
    const second = request(server)
      .get('/')
      .then(({ status }) => status);
    await until(() => arrived() === 2);
    held[0]?.release();
    expect([await first, await second]).toEqual([200, 503]);
    server.close();
  });
});
