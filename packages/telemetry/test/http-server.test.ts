import { EventEmitter, once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../src/index.js';

const page = join(mkdtempSync(join(tmpdir(), 'stepgate-')), 'page.html');
writeFileSync(page, '<p>sent</p>');

const createSampleApp = (): Express => {
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(express.json({ limit: 1_024 }));
  const mounted = express.Router();
  mounted.get('/inner/:name', (request, response) => {
    response.json({ base: request.baseUrl, name: request.params['name'], path: request.path });
  });
  app.use('/mounted', mounted);
  app.get('/users/:id', (request, response) => {
    response.json({ id: request.params.id, query: request.query, host: request.hostname });
  });
  app.get('/address', (request, response) => {
    response.json({ ip: request.ip, ips: request.ips, secure: request.secure });
  });
  app.post('/echo', (request, response) => {
    response.status(201).json({ body: request.body as unknown, is: request.is('json') });
  });
  app.get('/moved', (_request, response) => {
    response.redirect(308, '/users/1');
  });
  app.get('/file', (_request, response) => {
    response.sendFile(page);
  });
  app.get('/fails', async () => {
    await Promise.resolve();
    throw new Error('asynchronous');
  });
  app.get('/fresh', (request, response) => {
    response
      .set('ETag', '"v1"')
      .cookie('seen', 'yes')
      .send(request.fresh ? 'fresh' : 'stale');
  });
  app.get('/accepts', (request, response) => {
    response.vary('Accept').format({
      json: () => response.json({ as: request.accepts(['json', 'html']) }),
      html: () => response.send('<p>html</p>'),
    });
  });
  app.get('/app', (request, response) => {
    const same = request.app === app && response.app === app && request.res === response;
    response.json({ same, locals: Object.keys(response.locals) });
  });
  // eslint-disable-next-line max-params -- Express tells an error handler by its four parameters
  const onError: ErrorRequestHandler = (error: Error, _request, response, _next) => {
    response.status('status' in error ? Number(error.status) : 500).json({ failed: error.message });
  };
  app.use(onError);
  return app;
};

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Call {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

const send = (port: number, { method = 'GET', body, ...call }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest({ ...call, port, host: '127.0.0.1', method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const { date: _date, 'last-modified': _modified, ...kept } = response.headers;
        resolve({ status: response.statusCode, headers: kept, body: text });
      });
    });
    outgoing.on('error', reject).end(body);
  });

const json = { 'content-type': 'application/json' };
const calls: Readonly<Record<string, Call>> = {
  'route parameters and query': { path: '/users/a%20b?x=1&x=2' },
  'a mounted router': { path: '/mounted/inner/deep?q=1' },
  'trusted proxy headers': {
    path: '/address',
    headers: { 'x-forwarded-for': '203.0.113.7, 127.0.0.1', 'x-forwarded-proto': 'https' },
  },
  'a JSON body': { path: '/echo', method: 'POST', headers: json, body: '{"a":[1,{"b":null}]}' },
  'a broken JSON body': { path: '/echo', method: 'POST', headers: json, body: '{"a":' },
  'a body beyond the limit': {
    path: '/echo',
    method: 'POST',
    headers: json,
    body: 'x'.repeat(2_000),
  },
  'another content type': { path: '/echo', method: 'POST', body: 'plain' },
  'a redirect': { path: '/moved' },
  'a file': { path: '/file' },
  'a range of a file': { path: '/file', headers: { range: 'bytes=0-3' } },
  'an asynchronous error': { path: '/fails' },
  'an unknown route': { path: '/nothing' },
  'a HEAD request': { path: '/users/7', method: 'HEAD' },
  'an OPTIONS request': { path: '/users/7', method: 'OPTIONS' },
  'a matching ETag': { path: '/fresh', headers: { 'if-none-match': '"v1"' } },
  'another ETag': { path: '/fresh', headers: { 'if-none-match': '"v0"' } },
  'content negotiation': { path: '/accepts', headers: { accept: 'text/html' } },
  'the application itself': { path: '/app' },
};

const servers: HttpServer[] = [];
const serve = async (app: Express, options?: HttpServerOptions): Promise<number> => {
  const server = createHttpServer(app, {
    ...options,
    limits: { goodbyeMs: 0, ...options?.limits },
  });
  servers.push(server);
  return (await server.listen({ host: '127.0.0.1', port: 0 })).port;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.drain()));
});

describe('HTTP server', () => {
  it.each(Object.entries(calls))(
    'answers %s the same with and without fast prototypes',
    async (_, call) => {
      const plain = await serve(createSampleApp(), { fastPrototypes: false });
      const fast = await serve(createSampleApp(), { fastPrototypes: true });
      const expected = await send(plain, call);
      expect(expected.status).toBeGreaterThan(0);
      expect(await send(fast, call)).toEqual(expected);
    },
  );

  it('hands Express objects that already have the prototype which it sets', async () => {
    const app = express();
    const before: object[] = [];
    const fast = createHttpServer(app);
    fast.server.prependListener('request', (request, response) => {
      before.push(
        Object.getPrototypeOf(request) as object,
        Object.getPrototypeOf(response) as object,
      );
    });
    servers.push(fast);
    const { port } = await fast.listen({ host: '127.0.0.1', port: 0 });
    await send(port, { path: '/' });
    expect(before).toEqual([app.request, app.response]);
    expect(before[0]).toBe(app.request);
    expect(before[1]).toBe(app.response);
  });

  it('cuts a client that drips its headers', async () => {
    const port = await serve(createSampleApp(), {
      limits: { headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 },
    });
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n'));
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 20);
    const received: string[] = [];
    socket.on('data', (data) => received.push(data.toString()));
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
    expect(received.join('')).toMatch(/^HTTP\/1\.1 408 /u);
  });

  it('refuses headers beyond its limit', async () => {
    const port = await serve(createSampleApp());
    const { status } = await send(port, { path: '/app', headers: { 'x-long': 'y'.repeat(8_300) } });
    expect(status).toBe(431);
  });

  it('says which address cannot be bound', async () => {
    const port = await serve(createSampleApp());
    const second = createHttpServer(createSampleApp());
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('answers what is in flight with Connection: close and accepts nothing more', async () => {
    const app = express();
    const signals = new EventEmitter();
    const arrived = once(signals, 'arrived');
    app.get('/slow', async (_request, response) => {
      const released = once(signals, 'released');
      signals.emit('arrived');
      await released;
      response.send('done');
    });
    const http = createHttpServer(app, { limits: { goodbyeMs: 0 } });
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 });
    const answer = send(port, { path: '/slow', headers: { connection: 'keep-alive' } });
    await arrived;
    const drained = http.drain();
    while (http.server.listening) await new Promise(setImmediate);
    await expect(send(port, { path: '/slow' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    signals.emit('released');
    await expect(answer).resolves.toMatchObject({
      status: 200,
      body: 'done',
      headers: { connection: 'close' },
    });
    await drained;
  });

  it('answers once more on a kept-alive connection before it closes it', async () => {
    const http = createHttpServer(createSampleApp());
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await send(port, { path: '/address', agent });
    const drained = http.drain();
    const last = await send(port, { path: '/address', agent });
    expect([first.headers['connection'], last.headers['connection']]).toEqual([
      'keep-alive',
      'close',
    ]);
    await drained;
    agent.destroy();
  });

  it('answers what came while the process was busy, rather than close an idle connection on it', async () => {
    const goodbyeMs = 100;
    const http = createHttpServer(createSampleApp(), { limits: { goodbyeMs } });
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(port, '127.0.0.1');
    const outcome = new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (data) => (received += data.toString()));
      socket.once('error', ({ message }) => {
        resolve(message);
      });
      socket.once('close', () => {
        resolve(received);
      });
    });
    const ask = (): boolean => socket.write('GET /moved HTTP/1.1\r\nHost: x\r\n\r\n');
    ask();
    await once(socket, 'data');
    const drained = http.drain();
    // The goodbye has begun by then; and after each of these, timers come before what has arrived.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    // The request is written at once; nothing of this process runs until the goodbye is over.
    ask();
    const busyUntil = performance.now() + 2 * goodbyeMs;
    while (performance.now() < busyUntil);
    expect((await outcome).match(/HTTP\/1\.1 308/gu)).toHaveLength(2);
    await drained;
  });
});
