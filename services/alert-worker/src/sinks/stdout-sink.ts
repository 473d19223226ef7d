import type { Writable } from 'node:stream';
import { alertMessage, type MessageParts } from './alert-message.js';
import type { AlertSink } from './alert-sink.js';

/** One JSON object a line, for collectors that read the process's output. */
export const createStdoutSink = (output: Writable, parts: MessageParts): AlertSink => {
  // A collector that went away is reported by each write; unheard, the event would end the process.
  output.on('error', () => undefined);
  return {
    name: 'stdout',
    send: (alert) =>
      new Promise((resolve) => {
        output.write(`${JSON.stringify(alertMessage(alert, parts))}\n`, (error) => {
          if (error === null || error === undefined) resolve({ kind: 'delivered' });
          else resolve({ kind: 'retry', cause: 'stdout cannot be written', retryAfterMs: null });
        });
      }),
  };
};
