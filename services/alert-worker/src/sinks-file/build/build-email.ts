import type { EmailSpec, TargetRule } from '../../sinks/sink-spec.js';
import type { Path } from '../document.js';
import { readSecret, type Reading } from '../reading.js';
import type { Written } from '../schema/sinks.js';
import { hostProblem, isLoopbackHost } from '../targets.js';
import { commonOf, partsOf, remoteOf } from './shared-parts.js';

type WrittenEmail = Written<'email'>;

const defaultPorts = { implicit: 465, starttls: 587, none: 25 } as const;
const submissionPorts: readonly number[] = [25, 465, 587];
const leastOpenPort = 1_024;

const portProblem = (port: number): string | null =>
  submissionPorts.includes(port) || port >= leastOpenPort
    ? null
    : `must be ${submissionPorts.join(', ')}, or ${String(leastOpenPort)} or above`;

const tlsProblem = (written: WrittenEmail, { allowLoopback }: TargetRule): string | null =>
  written.tls === 'none' && !(allowLoopback && isLoopbackHost(written.host))
    ? 'none is for loopback in dev mode only; write implicit or starttls'
    : null;

/** Null: no login; undefined: one that cannot be had, which is then reported. */
const readLogin = (
  reading: Reading,
  { user, password }: WrittenEmail,
  path: Path,
): EmailSpec['login'] | undefined => {
  if (user === undefined && password === undefined) return null;
  if (user === undefined || password === undefined) {
    reading.report(path, 'user and password belong together; add the other one');
    return undefined;
  }
  const secret = readSecret(reading, password, [...path, 'password']);
  return secret === null ? undefined : { user, password: secret };
};

export const buildEmail = (
  reading: Reading,
  written: WrittenEmail,
  path: Path,
): EmailSpec | null => {
  const remote = remoteOf(reading, written, path);
  const login = readLogin(reading, written, path);
  if (remote === null || login === undefined) return null;
  const tls = written.tls ?? 'implicit';
  const port = written.port ?? defaultPorts[tls];
  const problems = {
    host: hostProblem(written.host, remote.target),
    tls: tlsProblem(written, remote.target),
    port: portProblem(port),
  };
  for (const [key, problem] of Object.entries(problems)) {
    if (problem !== null) reading.report([...path, key], problem);
  }
  const { host, from, to } = written;
  const parts = partsOf(written, 'full');
  const common = { ...commonOf(reading, written), ...remote, parts };
  return { type: 'email', ...common, host, port, tls, login, from, to };
};
