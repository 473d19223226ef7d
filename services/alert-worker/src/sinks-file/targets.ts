import { createAddressJudge } from '../sinks/outbound/judge-address.js';
import { bareHost, refusesHost } from '../sinks/outbound/target-guard.js';
import type { SinkLimits, TargetRule } from '../sinks/sink-spec.js';
import type { Path } from './document.js';
import { readSecret, type Reading } from './reading.js';
import { ceilings, type WrittenRemote } from './schema/sinks.js';
import type { UrlSource } from './schema/values.js';

const loopbackHosts = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/u;
const leastOpenPort = 1_024;

export const isLoopbackHost = (hostname: string): boolean => loopbackHosts.test(bareHost(hostname));

const notAllowed =
  'alerts do not go to this host: it is this machine, a private network or a metadata service; a network of your own can be named under allow_addresses';

/** What is wrong with a host by its name alone; what it resolves to is judged with every connection. */
export const hostProblem = (hostname: string, target: TargetRule): string | null =>
  refusesHost(hostname, createAddressJudge(target)) ? notAllowed : null;

/** Well-known ports belong to services that are no receivers of alerts. */
const portProblem = (url: URL): string | null =>
  url.port === '' || url.port === '443' || Number(url.port) >= leastOpenPort
    ? null
    : `the port must be 443, or ${String(leastOpenPort)} or above`;

const schemeProblem = (url: URL, { allowLoopback }: TargetRule): string | null => {
  if (url.protocol === 'https:') return null;
  // Plain HTTP would show subjects to whoever listens.
  const plain = allowLoopback && url.protocol === 'http:' && isLoopbackHost(url.hostname);
  return plain ? null : 'must begin with https:// (http:// only to loopback, in dev mode)';
};

const urlProblem = (url: URL, target: TargetRule): string | null => {
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password';
  return schemeProblem(url, target) ?? hostProblem(url.hostname, target) ?? portProblem(url);
};

/** The address to send to; null where it must not be used, which is then reported. */
export const readUrl = (
  reading: Reading,
  { source, target }: { readonly source: UrlSource; readonly target: TargetRule },
  path: Path,
): URL | null => {
  const text = typeof source === 'string' ? source : readSecret(reading, source, path);
  if (text === null) return null;
  if (!URL.canParse(text)) {
    reading.report(path, 'must be an address such as https://alerts.example.com/stepgate');
    return null;
  }
  const url = new URL(text);
  const problem = urlProblem(url, target);
  if (problem === null) return url;
  reading.report(path, problem);
  return null;
};

export const readTarget = (reading: Reading, written: WrittenRemote, path: Path): TargetRule => {
  const asked = written.allow_loopback === true;
  const allowLoopback = asked && reading.mode === 'dev';
  if (asked && !allowLoopback) {
    reading.report([...path, 'allow_loopback'], 'is for dev mode (STEPGATE_MODE=dev); remove it');
  }
  return { allowAddresses: written.allow_addresses ?? [], allowLoopback };
};

export const limitsOf = ({ timeouts }: WrittenRemote): SinkLimits => ({
  connectMs: timeouts?.connect ?? ceilings.connectMs,
  totalMs: timeouts?.total ?? ceilings.totalMs,
  responseBytes: ceilings.responseBytes,
});

/** The certificate authority's PEM; undefined where it cannot be read, which is then reported. */
export const readAuthority = (
  reading: Reading,
  { ca }: WrittenRemote,
  path: Path,
): string | null | undefined => {
  if (ca === undefined) return null;
  const pem = readSecret(reading, ca, [...path, 'ca']);
  if (pem === null) return undefined;
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  reading.report([...path, 'ca'], 'must be a certificate in PEM form');
  return undefined;
};
