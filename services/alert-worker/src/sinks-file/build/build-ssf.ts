import {
  ssfEvents,
  type SigningKey,
  type SsfSpec,
  type SubjectFormat,
} from '../../sinks/sink-spec.js';
import { parseSigningKey } from '../../sinks/ssf/signing-key.js';
import type { Path } from '../document.js';
import { readSecret, type Reading } from '../reading.js';
import type { Written } from '../schema/sinks.js';
import { readUrl } from '../targets.js';
import { commonOf, remoteOf } from './shared-parts.js';

type WrittenSsf = Written<'ssf'>;

const readSigningKeys = (
  reading: Reading,
  written: WrittenSsf,
  path: Path,
): readonly SigningKey[] =>
  written.keys.flatMap((source, index) => {
    const at = [...path, 'keys', index];
    const text = readSecret(reading, source, at);
    if (text === null) return [];
    const key = parseSigningKey(text);
    if (key !== null) return [key];
    reading.report(
      at,
      'must hold a private key, PEM or JWK, without a passphrase: RSA of 2048 bits or more, or EC P-256',
    );
    return [];
  });

const subjectFormat = (reading: Reading, written: WrittenSsf, path: Path): SubjectFormat | null => {
  const { subject_format: format = 'iss_sub', subject_issuer: iss } = written;
  if (format !== 'iss_sub') {
    if (iss === undefined) return { format };
    reading.report([...path, 'subject_issuer'], 'belongs to the format iss_sub; remove it');
    return null;
  }
  if (iss !== undefined) return { format, iss };
  reading.report(
    path,
    'the format iss_sub needs subject_issuer: the address of the identity provider that named the subject',
  );
  return null;
};

/** Undefined: it cannot be read, which is then reported. */
const readToken = (
  reading: Reading,
  { token }: WrittenSsf,
  path: Path,
): string | null | undefined => {
  if (token === undefined) return null;
  const text = readSecret(reading, token, [...path, 'token']);
  if (text === null) return undefined;
  if (/^[\w.~+/-]+=*$/u.test(text)) return text;
  reading.report([...path, 'token'], 'must be a bearer token (RFC 6750): one word');
  return undefined;
};

export const buildSsf = (reading: Reading, written: WrittenSsf, path: Path): SsfSpec | null => {
  const remote = remoteOf(reading, written, path);
  const token = readToken(reading, written, path);
  const subject = subjectFormat(reading, written, path);
  const [signing, ...former] = readSigningKeys(reading, written, path);
  if (remote === null) return null;
  const { target } = remote;
  const url = readUrl(reading, { source: written.url, target }, [...path, 'url']);
  if (url === null || signing === undefined || token === undefined || subject === null) return null;
  return {
    type: 'ssf',
    ...commonOf(reading, written),
    ...remote,
    // A token without a subject says nothing.
    parts: { subject: true, context: false },
    url,
    token,
    issuer: written.issuer,
    audience: written.audience,
    shape: written.shape ?? 'ssf',
    events: written.events ?? ssfEvents,
    subjectFormat: subject,
    signingKeys: [signing, ...former],
  };
};
