import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inRepository } from './repository.js';

const check = async (environment: Record<string, string>): Promise<number> => {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [inRepository('infra/docker/healthcheck.mjs')], {
    env: { PATH, ...environment },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
};

describe('the health check of the image', () => {
  let server: Server;
  let port = '';
  let status = 200;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = String((server.address() as AddressInfo).port);
  });
  afterAll(() => {
    server.close();
  });

  it('succeeds while the service says that it is alive', async () => {
    expect(await check({ STEPGATE_PORT: port })).toBe(0);
    expect(asked).toEqual(['/healthz']);
  });

  it.each(['STEPGATE_OPERATIONS_PORT', 'STEPGATE_OPERATIONS_PORT'])(
    'asks at %s where health has a port of its own',
    async (name) => {
      expect(await check({ STEPGATE_PORT: '1', [name]: port })).toBe(0);
    },
  );

  it('fails when the service answers an error, when nobody answers, and when no port is given', async () => {
    status = 503;
    expect(await check({ STEPGATE_PORT: port })).toBe(1);
    expect(await check({ STEPGATE_PORT: '1' })).toBe(1);
    expect(await check({})).toBe(1);
  });
});
