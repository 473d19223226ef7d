import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM. */
  readonly cert: string;
  /** @param names `URI:spiffe://…`, `DNS:…`, `IP:…`, whatever is in them. */
  issue(names: readonly string[], options?: { readonly days?: number }): Certificate;
  remove(): void;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const openssl = (directory: string, args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
};

const extensionFile = (names: readonly string[]): string => {
  const lines = names.map((name, n) => {
    const [kind = '', ...value] = name.split(':');
    return `${kind}.${String(n)} = ${value.join(':')}`;
  });
  return ['subjectAltName = @names', '[names]', ...lines, ''].join('\n');
};

/** A certificate authority of openssl's making. */
export const createAuthority = (): Authority => {
  const directory = mkdtempSync(join(tmpdir(), 'stepgate-authority-'));
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const self = ['-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=authority'];
  openssl(directory, ['req', '-x509', ...newKey, ...self]);
  return {
    cert: read('ca.pem'),
    issue: (names, { days = 2 } = {}) => {
      writeFileSync(join(directory, 'leaf.ext'), extensionFile(names));
      const asked = ['-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=leaf'];
      openssl(directory, ['req', ...newKey, ...asked]);
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
      const how = ['-extfile', 'leaf.ext', '-days', String(days), '-out', 'leaf.pem'];
      openssl(directory, ['x509', '-req', '-in', 'leaf.csr', ...signed, ...how]);
      return { cert: read('leaf.pem'), key: read('leaf.key') };
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
