import type { Writable } from 'node:stream';
import type { AlertSink, SendAlert } from './alert-sink.js';
import { createEmailSink } from './email/email-sink.js';
import { guardSink, type GuardDeps } from './guard/guard-sink.js';
import { createLineAppender } from './lines/append-line.js';
import { createLineWriter, type WriteLine } from './lines/write-line.js';
import { createOcsfSink } from './ocsf/ocsf-sink.js';
import { createPost } from './outbound/post.js';
import { systemLookup, type LookupAll } from './outbound/target-guard.js';
import type { SinkSpec } from './sink-spec.js';
import { createSlackSink } from './slack/slack-sink.js';
import { createSsfSink } from './ssf/ssf-sink.js';
import { createStdoutSink } from './stdout/stdout-sink.js';
import { createWebhookSink } from './webhook/webhook-sink.js';

export interface SinkDeps {
  /** Standard output, for the sinks that write there. */
  readonly output: Writable;
  readonly metrics: GuardDeps['metrics'];
  readonly clock?: () => number;
  /** Default: the resolver of the operating system. */
  readonly lookup?: LookupAll;
  readonly circuit?: GuardDeps['circuit'];
}

const defaultCircuit = { failuresToOpen: 5, restMs: 30_000 } as const;

interface Outlets {
  readonly clock: () => number;
  readonly lookup: LookupAll;
  readonly writeLine: WriteLine;
}

const createSend = (spec: SinkSpec, outlets: Outlets): SendAlert => {
  const { lookup, clock, writeLine } = outlets;
  switch (spec.type) {
    case 'webhook':
      return createWebhookSink(spec, { post: createPost({ ...spec, lookup }), clock });
    case 'slack':
      return createSlackSink(spec, { post: createPost({ ...spec, lookup }), clock });
    case 'ssf':
      return createSsfSink(spec, { post: createPost({ ...spec, lookup }), clock });
    case 'email':
      return createEmailSink(spec, lookup);
    case 'ocsf':
      return createOcsfSink(
        spec,
        spec.output === 'stdout' ? writeLine : createLineAppender(spec.output.file),
      );
    case 'stdout':
      return createStdoutSink(spec, writeLine);
  }
};

/** The sinks of the file, in its order, each behind its guard. */
export const createSinks = (specs: readonly SinkSpec[], deps: SinkDeps): readonly AlertSink[] => {
  const { clock = Date.now, lookup = systemLookup, circuit = defaultCircuit, metrics } = deps;
  const outlets = { clock, lookup, writeLine: createLineWriter(deps.output) };
  return specs.map((spec) =>
    guardSink(spec, createSend(spec, outlets), { clock, metrics, circuit }),
  );
};
