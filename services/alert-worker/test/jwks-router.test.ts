import express from 'express';
import { createRemoteJWKSet, compactVerify } from 'jose';
import { createJwksRouter } from '../src/jwks-router.js';
import { alert } from './samples.js';
import { ecKey, rsaKey, scene, specFor, stopReceivers } from './ssf-scene.js';
import { status } from './receiver.js';
import { webhookSpec } from './specs.js';

afterEach(stopReceivers);

const serve = async (specs: Parameters<typeof createJwksRouter>[0]) => {
  const server = express().use(createJwksRouter(specs)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: new URL(`http://127.0.0.1:${String(address.port)}/.well-known/jwks.json`),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
};

describe('published keys', () => {
  it('let a receiver verify what the sink has signed', async () => {
    const { received, send } = await scene(status(202), { signingKeys: [ecKey, rsaKey] });
    await send(alert);
    const spec = specFor(new URL('https://idp.acme.example/'), { signingKeys: [ecKey, rsaKey] });
    const served = await serve([webhookSpec(), spec]);
    const { protectedHeader } = await compactVerify(
      received[0]!.body,
      createRemoteJWKSet(served.url),
    );
    expect(protectedHeader.kid).toBe(ecKey.kid);
    const answer = await fetch(served.url);
    expect(answer.headers.get('content-type')).toContain('application/jwk-set+json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    await served.stop();
  });

  it('are none where no sink signs tokens', async () => {
    const served = await serve([webhookSpec()]);
    expect(await (await fetch(served.url)).json()).toEqual({ keys: [] });
    await served.stop();
  });
});
