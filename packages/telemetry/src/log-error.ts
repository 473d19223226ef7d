const withheld = 'withheld: may quote a request';
const maxMessageLength = 300;
const maxFrames = 12;

/** Personal data that libraries put into messages: addresses and e-mail addresses. */
const personal =
  /[\w.+-]{1,64}@[\w.-]{1,255}|\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\.\d{1,3}){0,3}/giu;

const textOf = (error: object, name: string): string | null => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : null;
};

/** A parser's message quotes what it could not parse; so do body-parser's errors. */
const quotesInput = (error: Error): boolean => error instanceof SyntaxError || 'body' in error;

const messageOf = (error: Error): string =>
  quotesInput(error)
    ? withheld
    : error.message.slice(0, maxMessageLength).replace(personal, '[redacted]');

const framesOf = (error: Error): readonly string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, maxFrames)
    .map((line) => line.trim());

export interface LoggedError {
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly frames: readonly string[];
  readonly cause: LoggedError | null;
}

const maxCauses = 3;

/**
 * What a log line says of an error: no own properties, since drivers attach the arguments of the
 * failed command and body parsers the raw body.
 */
export const describeError = (error: unknown, depth = 0): LoggedError => {
  if (!(error instanceof Error)) {
    return { type: typeof error, code: null, message: withheld, frames: [], cause: null };
  }
  const more = error.cause !== undefined && depth < maxCauses;
  return {
    type: error.name,
    code: textOf(error, 'code'),
    message: messageOf(error),
    frames: framesOf(error),
    cause: more ? describeError(error.cause, depth + 1) : null,
  };
};
