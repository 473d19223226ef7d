import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@stepgate/testing';
import { allow, decisionId, deny, stepUp } from '../../../packages/client/test/decisions.js';
import { answer, decide } from '../../../packages/client/test/scripted-engine.js';
import { exchange, type Received } from './http-exchange.js';
import {
  startGateway,
  startUpstream,
  type TestGateway,
  type TestUpstream,
} from './start-gateway.js';

const nginx = ['nginx', '/usr/sbin/nginx'].find((path) => spawnSync(path, ['-v']).status === 0);
const describeNginx = nginx === undefined ? describe.skip : describe;
const snippets = join(__dirname, '../../../infra/nginx');

const configFor = (ports: { nginx: number; gateway: string; upstream: string }): string => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr error;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream stepgate_gateway { server ${ports.gateway}; keepalive 4; }
  server {
    listen 127.0.0.1:${String(ports.nginx)};
    set $stepgate_subject $remote_user;
    set $stepgate_application payroll;
    include ${snippets}/stepgate.conf;
    location / {
      auth_basic "staff";
      auth_basic_user_file users;
      include ${snippets}/stepgate-protected.conf;
      proxy_pass http://${ports.upstream};
    }
  }
}
`;

const untilListening = async (port: number): Promise<void> => {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return;
    if (Date.now() > deadline) throw new Error('nginx does not listen');
  }
};

describeNginx('behind a real nginx (skipped where none is on the PATH)', () => {
  let gateway: TestGateway;
  let upstream: TestUpstream;
  let directory: string;
  let running: ChildProcess;
  let url: string;

  beforeAll(async () => {
    gateway = await startGateway({
      STEPGATE_TRUSTED_PROXIES: '127.0.0.1',
      // As shipped: within the time that the snippet gives the gateway.
      STEPGATE_ENGINE_TIMEOUT_MS: '250',
    });
    upstream = await startUpstream();
    directory = mkdtempSync(join(tmpdir(), 'stepgate-nginx-'));
    const port = await freePort();
    url = `http://127.0.0.1:${String(port)}`;
    const hosts = { gateway: gateway.url.slice(7), upstream: upstream.url.slice(7) };
    writeFileSync(join(directory, 'nginx.conf'), configFor({ nginx: port, ...hosts }));
    writeFileSync(join(directory, 'users'), 'alice:{PLAIN}pw\n');
    running = spawn(nginx ?? '', ['-p', directory, '-c', 'nginx.conf'], { stdio: 'inherit' });
    await untilListening(port);
  });
  afterAll(async () => {
    const stopped = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await stopped;
    rmSync(directory, { recursive: true });
    await Promise.all([gateway.close(), upstream.close()]);
  });

  const forged = {
    'X-Risk-Decision': 'forged',
    'X-Risk-Score': 'forged',
    'X-Decision-Id': 'forged',
    'X-Risk-Marks': 'forged',
    'X-Auth-Subject': 'forged',
    'X-Auth-Groups': 'forged',
    'X-Auth-Authenticators': 'forged',
    'X-Device-Id': 'forged',
    'X-Forwarded-For': '198.51.100.99',
    X_Risk_Decision: 'forged',
  };
  const visit = (headers: Record<string, string> = {}, password = 'pw'): Promise<Received> =>
    exchange(`${url}/reports`, {
      headers: {
        authorization: `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`,
        ...headers,
      },
    });

  it('an allow passes, with what the gateway says and nothing that the client forged', async () => {
    gateway.engine.script = decide(allow);
    const received = await visit(forged);
    expect(received.status).toBe(200);
    expect(received.json()).toMatchObject({ subject: 'alice', decision_id: decisionId });
    expect(upstream.seen.at(-1)?.rawHeaders).not.toContain('forged');
    expect(upstream.seen.at(-1)?.headers).toMatchObject({
      'x-risk-decision': 'allow',
      'x-risk-score': '12',
      'x-risk-level': 'low',
      'x-risk-marks': 'none',
    });
    expect(gateway.engine.seen.at(-1)?.body).toMatchObject({
      subject: { id: 'alice', properties: { groups: [] } },
      resource: { id: 'payroll' },
      context: { ip: '127.0.0.1' },
    });
    expect(JSON.stringify(gateway.engine.seen.at(-1))).not.toContain('forged');
  });

  it('the question reaches the gateway for every method, and never with a body', async () => {
    gateway.engine.script = decide(allow);
    const headers = { authorization: `Basic ${Buffer.from('alice:pw').toString('base64')}` };
    const sent = { method: 'POST', headers, body: 'x'.repeat(1_000) };
    expect((await exchange(`${url}/reports`, sent)).status).toBe(200);
  });

  it.each([
    ['a step-up is a 401 with the challenge', decide(stepUp), 401],
    ['a denial is a 403', decide(deny), 403],
    ['a dead engine is a 401 with the challenge', answer(503, {}), 401],
    ['a silent engine is a 401 with the challenge', () => undefined, 401],
  ] as const)('%s, and the application sees nothing', async (_name, script, status) => {
    gateway.engine.script = script;
    const seen = upstream.seen.length;
    const received = await visit(forged);
    expect(received.status).toBe(status);
    expect(received.headers['www-authenticate'] ?? '').toMatch(
      status === 401 ? /insufficient_user_authentication.*acr_values="/ : /^$/,
    );
    expect(upstream.seen).toHaveLength(seen);
  });

  it('the password comes first: the wrong one asks the engine nothing', async () => {
    const asked = gateway.engine.seen.length;
    expect((await visit({}, 'wrong')).status).toBe(401);
    expect(gateway.engine.seen).toHaveLength(asked);
  });

  it('the question itself cannot be asked from outside', async () => {
    expect((await exchange(`${url}/_stepgate/decision`)).status).toBe(404);
  });
});
