import type { Writable } from 'node:stream';
import type { SendVerdict } from '../alert-sink.js';

/** Hands one line to a stream that collectors read. */
export type WriteLine = (line: string) => Promise<SendVerdict>;

export const createLineWriter = (output: Writable): WriteLine => {
  // A collector that went away is reported by each write; unheard, the event would end the process.
  output.on('error', () => undefined);
  return (line) =>
    new Promise((resolve) => {
      output.write(`${line}\n`, (error) => {
        if (error === null || error === undefined) resolve({ kind: 'delivered' });
        else resolve({ kind: 'retry', cause: 'stdout cannot be written', retryAfterMs: null });
      });
    });
};
