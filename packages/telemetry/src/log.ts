import { pino, type DestinationStream } from 'pino';
import { createLineBuffer, type LineBuffer } from './line-buffer.js';
import { describeError } from './log-error.js';
import { keepAllowedFields, type LogFields, type LogLevel } from './log-fields.js';

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  fatal(fields: LogFields, message: string): void;
  /** Writes what is buffered, at once. */
  flush(): void;
}

export interface LogOptions {
  readonly service: string;
  readonly level?: LogLevel;
  /** A file descriptor (default 1), a file, or a stream of one's own. */
  readonly destination?: number | string | DestinationStream;
}

const openSink = (target: NonNullable<LogOptions['destination']>): LineBuffer =>
  typeof target === 'object'
    ? { stream: target, flush: () => undefined }
    : createLineBuffer(target);

/** RFC 3339. Lines of one millisecond share the text: writing it costs as much as the line's rest. */
const createTimestamp = (): (() => string) => {
  let writtenAt = NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== writtenAt) {
      writtenAt = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
};

/**
 * A JSON log, one object a line. Only allow-listed fields reach it, and messages are constants.
 * Buffered lines are written within a second and when the process exits.
 */
export const createLog = ({ service, level = 'info', destination = 1 }: LogOptions): Log => {
  const sink = openSink(destination);
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: createTimestamp(),
      formatters: { level: (label) => ({ level: label }), log: keepAllowedFields },
      serializers: { err: (error: unknown) => describeError(error) },
    },
    sink.stream,
  );
  return {
    debug: (fields, message) => {
      logger.debug(fields, message);
    },
    info: (fields, message) => {
      logger.info(fields, message);
    },
    warn: (fields, message) => {
      logger.warn(fields, message);
    },
    error: (fields, message) => {
      logger.error(fields, message);
    },
    fatal: (fields, message) => {
      logger.fatal(fields, message);
    },
    flush: sink.flush,
  };
};
