import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@stepgate/testing';
import { createServers } from '../src/compose-servers.js';
import { configSchema, type Config } from '../src/config.js';
import { createAuthority, type Certificate } from './certificate-authority.js';
import { openEdge } from './edge-scene.js';

const authority = createAuthority();
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-servers-'));
});
afterAll(async () => {
  authority.remove();
  await rm(directory, { recursive: true, force: true });
});

const configWith = (changed: Readonly<Record<string, string>>): Config =>
  configSchema.parse({
    STEPGATE_PORT: '0',
    STEPGATE_REDIS_URL: 'redis://127.0.0.1:1',
    STEPGATE_SECRET: 's'.repeat(32),
    STEPGATE_KEYS_FILE: 'keys.json',
    STEPGATE_POLICY_DIR: 'policies',
    ...changed,
  });

const file = (name: string): string => join(directory, name);
const write = async ({ cert, key }: Certificate): Promise<void> => {
  await writeFile(file('cert.pem'), cert);
  await writeFile(file('key.pem'), key);
};
const tls = () => ({
  STEPGATE_TLS_CERT_FILE: file('cert.pem'),
  STEPGATE_TLS_KEY_FILE: file('key.pem'),
});

/** Status of the answer, and the name that the server's certificate bears. */
const ask = (port: number, path: string): Promise<readonly [number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path, ca: authority.cert, agent: false };
    request(options, (response) => {
      const { socket } = response;
      const seen = 'getPeerX509Certificate' in socket ? socket.getPeerX509Certificate : undefined;
      const name = (seen as (() => { subjectAltName?: string }) | undefined)?.call(socket);
      response.resume();
      resolve([response.statusCode, name?.subjectAltName ?? '']);
    })
      .on('error', reject)
      .end();
  });

describe('the listeners of an engine with a certificate', () => {
  it('both speak TLS, and take a new certificate without a restart', async () => {
    await write(authority.issue(['IP:127.0.0.1', 'DNS:first.example']));
    const operationsPort = await freePort();
    const config = configWith({ ...tls(), STEPGATE_OPERATIONS_PORT: String(operationsPort) });
    const servers = await createServers(config, openEdge({ operationsApart: true }).app);
    await servers.listenForOperations();
    const { port } = await servers.listen();
    expect(await ask(port, '/metrics')).toEqual([404, 'IP Address:127.0.0.1, DNS:first.example']);
    expect((await ask(operationsPort, '/metrics'))[0]).toBe(200);
    await write(authority.issue(['IP:127.0.0.1', 'DNS:second.example']));
    await servers.reloadTls();
    const renewed = [200, 'IP Address:127.0.0.1, DNS:second.example'];
    expect(await ask(operationsPort, '/metrics')).toEqual(renewed);
    expect((await ask(port, '/openapi.json'))[1]).toContain('second');
    await writeFile(file('key.pem'), 'half a ke');
    await expect(servers.reloadTls()).rejects.toThrow();
    expect((await ask(port, '/openapi.json'))[0]).toBe(200);
    await servers.drain();
  });

  it.each([
    ['a certificate without its key', () => ({ STEPGATE_TLS_CERT_FILE: file('cert.pem') })],
    ['a key without its certificate', () => ({ STEPGATE_TLS_KEY_FILE: file('key.pem') })],
    ['an authority for clients alone', () => ({ STEPGATE_TLS_CLIENT_CA_FILE: file('cert.pem') })],
    ['a file that is not there', () => ({ ...tls(), STEPGATE_TLS_KEY_FILE: file('none.pem') })],
  ])('are not opened in clear with %s', async (_what, settings) => {
    await expect(createServers(configWith(settings()), openEdge().app)).rejects.toThrow();
  });
});
