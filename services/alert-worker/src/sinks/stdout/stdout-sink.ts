import type { SendAlert } from '../alert-sink.js';
import { alertMessage } from '../message/alert-message.js';
import type { StdoutSpec } from '../sink-spec.js';
import type { WriteLine } from '../lines/write-line.js';

/** One JSON object a line, for collectors that read the process's output. */
export const createStdoutSink =
  (spec: StdoutSpec, writeLine: WriteLine): SendAlert =>
  (alert) =>
    writeLine(JSON.stringify(alertMessage(alert, spec)));
