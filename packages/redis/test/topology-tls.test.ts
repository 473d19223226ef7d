import { readFileSync } from 'node:fs';
import { startTlsRedis, type TlsRedis, type TlsRedisOptions } from '@stepgate/testing';
import { createRedisConnection, type RedisConnectionOptions } from '../src/index.js';
import { runMainFlow } from './main-flow.js';
import { openState } from './topology-connection.js';

jest.setTimeout(60_000);

const pem = (file: string): string => readFileSync(file, 'utf8');

describe('Redis over TLS', () => {
  const running: TlsRedis[] = [];
  const start = async (options: TlsRedisOptions = {}): Promise<TlsRedis> => {
    const redis = await startTlsRedis(options);
    running.push(redis);
    return redis;
  };
  afterEach(async () => {
    for (const redis of running.splice(0)) await redis.stop();
  });

  /** The first thing that goes wrong; rejects when the connection comes up instead. */
  const refusalOf = (endpoint: RedisConnectionOptions): Promise<string> => {
    let close = (): void => undefined;
    const refusal = new Promise<string>((resolve, reject) => {
      const observer = {
        failed: (error: Error): void => {
          resolve(error.message);
        },
        stateChanged: (up: boolean): void => {
          if (up) reject(new Error('it was let in'));
        },
      };
      ({ close } = createRedisConnection({ ...endpoint, observer }));
    });
    return refusal.finally(close);
  };

  it('takes the whole flow when its certificate is of the authority that was named', async () => {
    const { url, caFile } = await start();
    const { connection, state } = await openState({
      url,
      tls: { ca: pem(caFile) },
      commandTimeoutMs: 10_000,
    });
    try {
      await runMainFlow(state);
    } finally {
      connection.close();
    }
  });

  it('is refused when another authority was named, or none', async () => {
    const { url, otherCaFile } = await start();
    expect(await refusalOf({ url, tls: { ca: pem(otherCaFile) } })).toMatch(/certificate/u);
    expect(await refusalOf({ url })).toMatch(/certificate/u);
  });

  it('is refused when its certificate is for another server', async () => {
    const { url, caFile } = await start({ certificateFor: 'redis.example.com' });
    expect(await refusalOf({ url, tls: { ca: pem(caFile) } })).toMatch(/does not match/u);
  });

  it('is refused although the environment says to verify nothing', async () => {
    const { url } = await start();
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await refusalOf({ url })).toMatch(/certificate/u);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it('lets in who shows the certificate that it asks for, and nobody else', async () => {
    const redis = await start({ clientCertificates: true });
    const tls = { ca: pem(redis.caFile) };
    const cert = pem(redis.clientCertFile);
    const key = pem(redis.clientKeyFile);
    const { connection } = await openState({ url: redis.url, tls: { ...tls, cert, key } });
    connection.close();
    expect(await refusalOf({ url: redis.url, tls })).not.toBe('');
  });
});
