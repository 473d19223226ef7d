import express from 'express';
import request from 'supertest';
import { admitRequests, type AdmissionLimits } from '../src/admit-requests.js';
import { createFairQueue } from '../src/fair-queue.js';

interface Held {
  readonly release: () => void;
}

/** An app whose requests end when the test says so. */
const heldApp = (limits: AdmissionLimits) => {
  const held: Held[] = [];
  let arrived = 0;
  let shed = 0;
  const app = express();
  app.use((_request, _response, next) => {
    arrived += 1;
    next();
  });
  const admission = admitRequests(() => {
    shed += 1;
  }, limits);
  app.use((asked, response, next) => {
    admission({ tenant: asked.get('tenant') ?? 'acme', response, next });
  });
  app.get('/', (_request, response) => {
    held.push({ release: () => response.end('done') });
  });
  return { server: app.listen(0, '127.0.0.1'), held, arrived: () => arrived, shed: () => shed };
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
    const { server, held, arrived, shed } = heldApp({
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
    expect(shed()).toBe(1);
    server.close();
  });
});

describe('the queue of those who wait', () => {
  it('serves tenants in turn, each with its oldest', () => {
    const queue = createFairQueue<string>(10);
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item.slice(0, 1), item);
    const served = Array.from({ length: 6 }, () => queue.shift());
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect([queue.shift(), queue.size()]).toEqual([undefined, 0]);
  });

  it('lets a flood shed what is its own: a quiet tenant still finds a place', () => {
    const queue = createFairQueue<string>(4);
    const shed = ['a1', 'a2', 'a3', 'a4', 'a5'].map((item) => queue.push('a', item));
    expect(shed).toEqual([null, null, null, null, 'a5']);
    expect([queue.push('b', 'b1'), queue.push('b', 'b2'), queue.push('b', 'b3')]).toEqual([
      'a4',
      'a3',
      'b3',
    ]);
    expect(queue.size()).toBe(4);
  });
});
