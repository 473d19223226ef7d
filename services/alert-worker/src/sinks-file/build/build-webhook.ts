import type { SlackSpec, WebhookSpec } from '../../sinks/sink-spec.js';
import { parseWebhookSecret } from '../../sinks/webhook/webhook-signature.js';
import type { Path } from '../document.js';
import { readSecret, type Reading } from '../reading.js';
import type { Written } from '../schema/sinks.js';
import { readUrl } from '../targets.js';
import { commonOf, partsOf, remoteOf } from './shared-parts.js';

const readKeys = (reading: Reading, written: Written<'webhook'>, path: Path): readonly Buffer[] =>
  written.secrets.flatMap((source, index) => {
    const at = [...path, 'secrets', index];
    const text = readSecret(reading, source, at);
    if (text === null) return [];
    const key = parseWebhookSecret(text);
    if (key !== null) return [key];
    reading.report(at, 'must hold a secret of the form whsec_<base64 of 24 to 64 bytes>');
    return [];
  });

export const buildWebhook = (
  reading: Reading,
  written: Written<'webhook'>,
  path: Path,
): WebhookSpec | null => {
  const remote = remoteOf(reading, written, path);
  const keys = readKeys(reading, written, path);
  if (remote === null) return null;
  const { target } = remote;
  const url = readUrl(reading, { source: written.url, target }, [...path, 'url']);
  if (url === null) return null;
  const parts = partsOf(written, 'full');
  return { type: 'webhook', ...commonOf(reading, written), ...remote, parts, url, keys };
};

/** Whoever knows the address of an incoming webhook can post to it: it is a secret. */
export const buildSlack = (
  reading: Reading,
  written: Written<'slack'>,
  path: Path,
): SlackSpec | null => {
  const remote = remoteOf(reading, written, path);
  if (remote === null) return null;
  const { target } = remote;
  const url = readUrl(reading, { source: written.url, target }, [...path, 'url']);
  if (url === null) return null;
  const parts = partsOf(written, 'full');
  return { type: 'slack', ...commonOf(reading, written), ...remote, parts, url };
};
