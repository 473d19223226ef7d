import type { IncomingMessage } from 'node:http';
import type { ProblemAnswer } from '../answer-problem.js';
import { createKeys, type FindKey } from './bearer.js';
import { createCertificates, type FindCertificate } from './certificate.js';
import { refused, type Grant, type Identification } from './grant.js';
import { createSignatures, hmacScheme, type SignatureDeps, type Signatures } from './hmac.js';
import { createAssertions, type Assertions } from './jwt.js';
import { readCallersFile } from './read-callers-file.js';

export interface Callers {
  /**
   * Who asks. At once for keys, certificates, signatures and JWTs that are known; only a JWT that is
   * new takes its time.
   */
  identify(request: IncomingMessage): Identification | Promise<Identification>;
  /** Whose callers these are, each once. */
  tenants(): readonly string[];
  /** What these callers were read from. */
  files(): readonly string[];
  /** Reads the files again; bad ones leave the callers in force and are thrown. */
  reload(): Promise<void>;
}

export interface CallersDeps extends SignatureDeps {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

interface InForce {
  readonly keys: FindKey;
  readonly certificates: FindCertificate;
  readonly assertions: Assertions;
  readonly signatures: Signatures;
  readonly tenants: readonly string[];
  readonly files: readonly string[];
}

const load = async (file: string, deps: CallersDeps): Promise<InForce> => {
  const read = await readCallersFile(file);
  const all = [...read.keys, ...read.certificates, ...read.jwt, ...read.hmac];
  return {
    keys: createKeys(read.keys),
    certificates: createCertificates(read.certificates),
    assertions: await createAssertions(read.jwt),
    signatures: createSignatures(read.hmac, deps),
    tenants: [...new Set(all.map(({ tenant }) => tenant))],
    files: read.files,
  };
};

const bearer = /^Bearer ([\x21-\x7e]+)$/;
const tooMany: ProblemAnswer = { problem: 'overloaded', detail: 'Try again shortly.' };

const granted = (grant: Grant | null | undefined, now: number): Identification =>
  grant !== null && grant !== undefined && grant.expiresAt > now ? grant.identified : refused;

const identifyToken = (
  { keys, assertions }: InForce,
  token: string,
  now: number,
): Identification | Promise<Identification> => {
  const known = keys(token);
  if (known !== undefined || !token.includes('.')) return granted(known, now);
  const remembered = assertions.remembered(token, now);
  if (remembered !== undefined) return granted(remembered, now);
  return assertions.verify(token, now)?.then((grant) => granted(grant, now)) ?? tooMany;
};

/** @throws when the file cannot be read or is no key file: an engine without callers must not start. */
export const loadCallers = async (file: string, deps: CallersDeps): Promise<Callers> => {
  let inForce = await load(file, deps);
  return {
    identify: (request) => {
      const { authorization } = request.headers;
      const now = deps.clock();
      // Who sends credentials is judged by them alone: a bad key is not made good by a certificate.
      if (authorization === undefined) {
        return granted(inForce.certificates(request.socket, now), now);
      }
      const token = bearer.exec(authorization)?.[1];
      if (token !== undefined) return identifyToken(inForce, token, now);
      if (!authorization.startsWith(hmacScheme)) return refused;
      const found = inForce.signatures.identify(request);
      return found === null || found.grant.expiresAt <= now ? refused : found.signed;
    },
    tenants: () => inForce.tenants,
    files: () => inForce.files,
    reload: async () => {
      inForce = await load(file, deps);
    },
  };
};
