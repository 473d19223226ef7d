import type { SinkSpec } from '../../sinks/sink-spec.js';
import type { Path } from '../document.js';
import type { Reading } from '../reading.js';
import type { WrittenSink } from '../schema/sinks.js';
import { buildEmail } from './build-email.js';
import { buildOcsf, buildStdout } from './build-local.js';
import { buildSsf } from './build-ssf.js';
import { buildSlack, buildWebhook } from './build-webhook.js';

/** A sink with its secrets and defaults; null where something is wrong, which is then reported. */
export const buildSink = (reading: Reading, written: WrittenSink, path: Path): SinkSpec | null => {
  switch (written.type) {
    case 'webhook':
      return buildWebhook(reading, written, path);
    case 'slack':
      return buildSlack(reading, written, path);
    case 'email':
      return buildEmail(reading, written, path);
    case 'ocsf':
      return buildOcsf(reading, written, path);
    case 'stdout':
      return buildStdout(reading, written);
    case 'ssf':
      return buildSsf(reading, written, path);
  }
};
