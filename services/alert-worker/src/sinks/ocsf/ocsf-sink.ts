import type { SendAlert } from '../alert-sink.js';
import type { OcsfSpec } from '../sink-spec.js';
import type { WriteLine } from '../lines/write-line.js';
import { detectionFinding } from './detection-finding.js';

/** OCSF findings, one JSON object a line. */
export const createOcsfSink =
  (spec: OcsfSpec, writeLine: WriteLine): SendAlert =>
  (alert) =>
    writeLine(JSON.stringify(detectionFinding(alert, spec)));
