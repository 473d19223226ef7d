import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateEntry } from './callers-file.js';
import { grantOf, type Grant } from './grant.js';

interface Presented {
  readonly names: readonly string[];
  readonly validFrom: number;
  readonly validTo: number;
}

/** By socket: a certificate is read once for a connection, and asked about at every request. */
const presented = new WeakMap<TLSSocket, Presented | null>();

/**
 * Node quotes a name that could be taken for two (CVE-2021-44532); a certificate with such a name is
 * none of ours.
 */
const namesOf = (certificate: X509Certificate): readonly string[] => {
  const text = certificate.subjectAltName ?? '';
  return text.includes('"') ? [] : text.split(', ').filter((name) => /^(?:URI|DNS):/.test(name));
};

const read = (socket: TLSSocket): Presented | null => {
  const known = presented.get(socket);
  if (known !== undefined) return known;
  // Authorized: the chain ends at the client CA, whatever the name.
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  const found =
    certificate === undefined
      ? null
      : {
          names: namesOf(certificate),
          validFrom: Date.parse(certificate.validFrom),
          validTo: Date.parse(certificate.validTo),
        };
  presented.set(socket, found);
  return found;
};

export type FindCertificate = (socket: Socket, now: number) => Grant | undefined;

/** The caller whose pinned name the certificate of the connection bears; of two, neither. */
export const createCertificates = (entries: readonly CertificateEntry[]): FindCertificate => {
  const grants = new Map(entries.map((entry) => [entry.san, grantOf(entry)]));
  return (socket, now) => {
    if (!(socket instanceof TLSSocket)) return undefined;
    const certificate = read(socket);
    // A connection may outlive its certificate.
    if (certificate === null || now < certificate.validFrom || now > certificate.validTo) {
      return undefined;
    }
    const found = certificate.names.flatMap((name) => grants.get(name) ?? []);
    return found.length === 1 ? found[0] : undefined;
  };
};
