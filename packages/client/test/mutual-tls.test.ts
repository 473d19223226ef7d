import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { createStepgateClient, type ClientTls, type DecideResult } from '../src/index.js';
import { allow, attempt } from './decisions.js';

const directory = mkdtempSync(join(tmpdir(), 'stepgate-tls-'));
const pem = (name: string): string => readFileSync(join(directory, name), 'utf8');

/** A certificate that vouches for itself, so that it is its own CA. */
const certify = (name: string): { readonly cert: string; readonly key: string } => {
  const files = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'ignore' });
  return { cert: pem(`${name}.crt`), key: pem(`${name}.key`) };
};

const engine = certify('engine');
const gateway = certify('gateway');
const stranger = certify('stranger');

/** Asks for a certificate, as an engine with STEPGATE_TLS_CLIENT_CA_FILE does. */
const server = https.createServer(
  { ...engine, ca: gateway.cert, requestCert: true, rejectUnauthorized: true },
  (request, response) => {
    const { socket } = request;
    if (socket instanceof TLSSocket) peers.push(socket.getPeerCertificate().subject.CN);
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(allow));
    });
  },
);
const peers: unknown[] = [];

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
});

const ask = async (tls: ClientTls): Promise<DecideResult> => {
  const engineUrl = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = createStepgateClient({ engineUrl, apiKey: 'key', timeoutMs: 5_000, tls });
  try {
    return await client.decide(attempt);
  } finally {
    client.close();
  }
};

describe('a client with certificates', () => {
  it('asks the engine that its CA vouches for, under its own name', async () => {
    expect(await ask({ ca: engine.cert, ...gateway })).toMatchObject({ kind: 'decided' });
    expect(peers).toEqual(['gateway']);
  });

  it.each<[string, ClientTls]>([
    ['an engine that its CA does not vouch for', { ca: stranger.cert, ...gateway }],
    ['an engine that no CA of the system vouches for', gateway],
    ['an engine to which it shows no certificate', { ca: engine.cert }],
    ['an engine to which it shows a certificate of nobody', { ca: engine.cert, ...stranger }],
  ])('takes no answer from %s', async (_name, tls) => {
    const before = peers.length;
    expect(await ask(tls)).toMatchObject({ kind: 'unreachable', cause: { code: 'connection' } });
    expect(peers).toHaveLength(before);
  });
});
