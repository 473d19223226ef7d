import { Agent, request } from 'node:https';
import { createHttpServer, type HttpServer } from '@stepgate/telemetry';
import { openCallers, type CallersScene } from './callers-scene.js';
import { createAuthority, type Certificate } from './certificate-authority.js';
import { openEdge } from './edge-scene.js';

const trusted = createAuthority();
const stranger = createAuthority();
const server = trusted.issue(['DNS:localhost', 'IP:127.0.0.1']);
const san = 'URI:spiffe://acme/idp';
const entries = {
  certificates: [
    { id: 'idp', tenant: 'acme', scopes: ['decide', 'read'], san },
    { id: 'gateway', tenant: 'globex', scopes: ['read'], san: 'DNS:gateway.globex.example' },
  ],
  keys: [{ id: 'key', tenant: 'acme', scopes: ['read'], sha256: '0'.repeat(64) }],
};

let scene: CallersScene;
let http: HttpServer;
let port = 0;
const tenants: string[] = [];
beforeAll(async () => {
  scene = await openCallers(entries);
  const { app } = openEdge({
    callers: scene.callers,
    handler: ({ tenant }) => {
      tenants.push(tenant);
      return { status: 200, body: { tenant } };
    },
  });
  http = createHttpServer(app.express, {
    listener: app.listener,
    limits: { goodbyeMs: 0 },
    tls: { ...server, clientCa: trusted.cert },
  });
  ({ port } = await http.listen({ host: '127.0.0.1', port: 0 }));
});
afterAll(async () => {
  await http.drain();
  await scene.remove();
  trusted.remove();
  stranger.remove();
});
/** How far the clock of the engine is ahead, in ms. */
let ahead = 0;
afterEach(() => {
  ahead = 0;
});

interface Asked {
  readonly certificate?: Certificate | undefined;
  readonly authorization?: string;
  readonly agent?: Agent;
}

const ask = ({ certificate, authorization, agent }: Asked): Promise<string> =>
  new Promise((resolve, reject) => {
    scene.setNow(Date.now() + ahead);
    const options = {
      port,
      host: '127.0.0.1',
      path: '/v1/policies',
      ca: trusted.cert,
      headers: authorization === undefined ? {} : { authorization },
      ...(certificate ?? {}),
      agent: agent ?? false,
    };
    request(options, (response) => {
      let text = '';
      response.on('data', (bytes: Buffer) => (text += bytes.toString()));
      response.on('end', () => {
        const { tenant } = JSON.parse(text) as { tenant?: string };
        resolve(tenant ?? String(response.statusCode));
      });
    })
      .on('error', reject)
      .end();
  });

describe('a client certificate', () => {
  it('of a pinned name is the caller of that name', async () => {
    expect(await ask({ certificate: trusted.issue([san]) })).toBe('acme');
    expect(await ask({ certificate: trusted.issue(['DNS:gateway.globex.example']) })).toBe(
      'globex',
    );
  });

  it.each([
    ['of another authority', () => stranger.issue([san])],
    ['that has expired', () => trusted.issue([san], { days: -1 })],
    ['of another name', () => trusted.issue(['URI:spiffe://acme/other'])],
    ['of a longer name', () => trusted.issue([`${san}/child`])],
    ['of the name in capitals', () => trusted.issue(['URI:spiffe://ACME/idp'])],
    ['of the same name, of another kind', () => trusted.issue(['DNS:spiffe.acme.idp'])],
    ['of a wildcard', () => trusted.issue(['DNS:*.globex.example'])],
    ['of two tenants', () => trusted.issue([san, 'DNS:gateway.globex.example'])],
    [
      'of a name with another in it',
      () => trusted.issue(['URI:https://evil/, DNS:gateway.globex.example']),
    ],
  ])('%s is nobody', async (_what, issue) => {
    tenants.length = 0;
    expect(await ask({ certificate: issue() })).toBe('401');
    expect(tenants).toEqual([]);
  });

  it('that is missing is nobody', async () => {
    expect(await ask({})).toBe('401');
  });

  it('does not make up for a wrong key', async () => {
    const certificate = trusted.issue([san]);
    expect(await ask({ certificate, authorization: 'Bearer sg_wrong' })).toBe('401');
  });

  it('is asked about at every request of a connection: its name may be taken out, it may end', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const certificate = trusted.issue([san]);
    expect(await ask({ certificate, agent })).toBe('acme');
    ahead = 3 * 86_400_000;
    expect(await ask({ certificate, agent })).toBe('401');
    ahead = 0;
    expect(await ask({ certificate, agent })).toBe('acme');
    await scene.write({ ...entries, certificates: [] });
    await scene.callers.reload();
    expect(await ask({ certificate, agent })).toBe('401');
    await scene.write(entries);
    await scene.callers.reload();
    agent.destroy();
  });
});

describe('the certificates of the server', () => {
  it('are renewed without a restart, the authority of clients with them', async () => {
    const old = trusted.issue([san]);
    http.renewTls({ ...server, clientCa: stranger.cert });
    expect(await ask({ certificate: old })).toBe('401');
    expect(await ask({ certificate: stranger.issue([san]) })).toBe('acme');
    http.renewTls({ ...server, clientCa: trusted.cert });
    expect(await ask({ certificate: old })).toBe('acme');
  });

  it('stay when the new ones cannot be used', async () => {
    const other = trusted.issue(['DNS:localhost']);
    expect(() => {
      http.renewTls({ cert: server.cert, key: other.key, clientCa: trusted.cert });
    }).toThrow();
    expect(() => {
      http.renewTls({ cert: 'nonsense', key: server.key, clientCa: trusted.cert });
    }).toThrow();
    expect(await ask({ certificate: trusted.issue([san]) })).toBe('acme');
  });
});
