import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startRedisServer } from './redis-server.js';

export interface TlsRedis {
  /** `rediss://`; the certificate is for 127.0.0.1 and localhost. */
  readonly url: string;
  /** PEM files: the authority that signed the server's certificate, and one that did not. */
  readonly caFile: string;
  readonly otherCaFile: string;
  /** A client's certificate by the first authority. */
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  stop(): Promise<void>;
}

export interface TlsRedisOptions {
  /** Whether clients must show a certificate. */
  readonly clientCertificates?: boolean;
  /** `example.com`, say, for a certificate that is for another server. */
  readonly certificateFor?: string;
}

const run = promisify(execFile);

/** @throws Error when there is no openssl; `make openssl` installs it. */
const openssl = async (...args: readonly string[]): Promise<void> => {
  await run('openssl', [...args]);
};

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const makeAuthority = async (directory: string, name: string): Promise<string> => {
  const file = join(directory, `${name}.crt`);
  const out = ['-keyout', join(directory, `${name}.key`), '-out', file];
  await openssl('req', '-x509', ...newKey, ...out, '-days', '2', '-subj', `/CN=${name}`);
  return file;
};

const makeCertificate = async (
  directory: string,
  { name, authority, extension }: Record<'name' | 'authority' | 'extension', string>,
): Promise<{ readonly certFile: string; readonly keyFile: string }> => {
  const file = (ending: string): string => join(directory, `${name}.${ending}`);
  const signedBy = [
    ...['-CA', join(directory, `${authority}.crt`)],
    ...['-CAkey', join(directory, `${authority}.key`), '-CAcreateserial'],
  ];
  const request = ['-keyout', file('key'), '-out', file('csr'), '-subj', `/CN=${name}`];
  await openssl('req', ...newKey, ...request, '-addext', extension);
  const copied = ['-copy_extensions', 'copy', '-days', '2', '-out', file('crt')];
  await openssl('x509', '-req', '-in', file('csr'), ...signedBy, ...copied);
  return { certFile: file('crt'), keyFile: file('key') };
};

/** A Redis that speaks TLS with a certificate of an authority of its own. */
export const startTlsRedis = async (options: TlsRedisOptions = {}): Promise<TlsRedis> => {
  const { clientCertificates = false, certificateFor } = options;
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-certificates-'));
  const names =
    certificateFor === undefined ? 'IP:127.0.0.1,DNS:localhost' : `DNS:${certificateFor}`;
  const [caFile, otherCaFile] = [
    await makeAuthority(directory, 'authority'),
    await makeAuthority(directory, 'other'),
  ];
  const extension = `subjectAltName=${names}`;
  const signed = { authority: 'authority', extension };
  const server = await makeCertificate(directory, { ...signed, name: 'server' });
  const client = await makeCertificate(directory, { ...signed, name: 'client' });
  const port = await freePort();
  const redis = await startRedisServer({
    args: [
      ...['--tls-port', String(port), '--tls-ca-cert-file', caFile],
      ...['--tls-cert-file', server.certFile, '--tls-key-file', server.keyFile],
      ...['--tls-auth-clients', clientCertificates ? 'yes' : 'no'],
    ],
  });
  return {
    url: `rediss://127.0.0.1:${String(port)}`,
    caFile,
    otherCaFile,
    clientCertFile: client.certFile,
    clientKeyFile: client.keyFile,
    stop: async () => {
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
