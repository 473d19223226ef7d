import type { Path } from '../document.js';
import type { Reading } from '../reading.js';
import { limitsOf, readAuthority, readTarget } from '../targets.js';
import type { MessageParts, SinkSpec, WebhookSpec } from '../../sinks/sink-spec.js';
import type { Written, WrittenRemote, WrittenSink } from '../schema/sinks.js';

const defaultConcurrency = 4;

type CommonParts = Pick<
  SinkSpec,
  'name' | 'atLeast' | 'tenants' | 'concurrency' | 'retryDelaysMs' | 'runbookUrl'
>;

export const commonOf = (reading: Reading, written: WrittenSink): CommonParts => ({
  name: written.name,
  atLeast: written.severities?.at_least ?? 'low',
  tenants: written.tenants ?? [],
  concurrency: written.concurrency ?? defaultConcurrency,
  retryDelaysMs: written.retry_delays ?? null,
  runbookUrl: reading.runbookUrl,
});

/** Addresses and devices are personal data that most receivers can do without (threats.md H5). */
export const partsOf = (
  { subject, context }: Pick<Written<'stdout'>, 'subject' | 'context'>,
  defaultSubject: 'full' | 'none',
): MessageParts => ({
  subject: (subject ?? defaultSubject) === 'full',
  context: context ?? false,
});

type RemoteParts = Pick<WebhookSpec, 'limits' | 'target' | 'ca'>;

/** Null where something of it cannot be read, which is then reported. */
export const remoteOf = (
  reading: Reading,
  written: WrittenRemote,
  path: Path,
): RemoteParts | null => {
  const target = readTarget(reading, written, path);
  const ca = readAuthority(reading, written, path);
  return ca === undefined ? null : { limits: limitsOf(written), target, ca };
};
