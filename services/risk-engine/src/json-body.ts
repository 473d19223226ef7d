import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { boundsProblem, memberCount } from '@stepgate/contracts';
import type { ProblemAnswer } from './answer-problem.js';

/** A decision fits easily; what is larger is a mistake or an attack. */
const maxBodyBytes = 16 * 1024;
const bounds = { maxDepth: 8, maxKeys: 2048 };
/** A page of a log: about a thousand rows. Read as text, and not by recursion, whatever its shape. */
const maxDocumentBytes = 1024 * 1024;
const linesType = /^application\/x-ndjson\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

export interface JsonBody {
  /** An object or an array, depth and fields bounded; of a document, its text. */
  readonly value: unknown;
  /** SHA-256 of the bytes: tells a second body under one attempt id from the first. */
  readonly hash: () => string;
}

const malformed = (detail: string): ProblemAnswer => ({ problem: 'malformed_json', detail });
const tooLarge: ProblemAnswer = { problem: 'body_too_large', detail: 'Send at most 16 kB.' };
const documentTooLarge: ProblemAnswer = {
  problem: 'body_too_large',
  detail: 'Send at most 1 MB at a time: fewer rows, in more documents.',
};

/** 48 kB of gzip hold 50 MB, so nothing is inflated; one charset, so that the bytes are the text. */
const headerProblem = (
  { headers }: IncomingMessage,
  types: readonly RegExp[],
): ProblemAnswer | null => {
  const contentType = headers['content-type'] ?? '';
  if (!types.some((type) => type.test(contentType))) {
    const detail = 'Send Content-Type: application/json, in UTF-8.';
    return { problem: 'unsupported_media_type', detail };
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    const detail = 'Send the body without Content-Encoding.';
    return { problem: 'unsupported_media_type', detail };
  }
  return null;
};

/** Null: there were too many bytes, or there would be; the rest is not kept. */
const readBytes = (request: IncomingMessage, maxBytes: number): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      resolve(null);
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) resolve(null);
      else chunks.push(chunk);
    });
    request.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.once('error', reject);
  });

const textProblem = (bytes: Buffer): ProblemAnswer | null => {
  if (bytes.length === 0) return malformed('The body is empty.');
  return isUtf8(bytes) ? null : malformed('The body is not UTF-8.');
};

/** Of bytes that `receiveJsonBody` took. */
export const parseJsonBody = (bytes: Buffer): JsonBody | ProblemAnswer => {
  const unreadable = textProblem(bytes);
  if (unreadable !== null) return unreadable;
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the body.
    return malformed('The body could not be parsed as JSON.');
  }
  if (typeof value !== 'object' || value === null) {
    return malformed('The body must be a JSON object.');
  }
  const problem = boundsProblem(value, { ...bounds, members: memberCount(text) });
  if (problem !== null) return { problem: 'invalid_request', detail: `The body is ${problem}.` };
  return { value, hash: () => hash('sha256', bytes, 'hex') };
};

/**
 * JSON and nothing else. Read by hand because it is on the way of every login: the general parser
 * costs about 15 µs more for each, and inflates, sniffs charsets and reads forms if told to.
 *
 * @throws when the connection breaks before the body ends.
 */
export const receiveJsonBody = async (
  request: IncomingMessage,
): Promise<Buffer | ProblemAnswer> => {
  const problem = headerProblem(request, [jsonType]);
  return problem ?? (await readBytes(request, maxBodyBytes)) ?? tooLarge;
};

/**
 * Text of a document that somebody else has shaped: JSON, or JSON lines under either type, since log
 * streams call both by the same name.
 *
 * @throws when the connection breaks before the body ends.
 */
export const readDocumentBody = async (
  request: IncomingMessage,
): Promise<JsonBody | ProblemAnswer> => {
  const problem = headerProblem(request, [jsonType, linesType]);
  if (problem !== null) return problem;
  const bytes = await readBytes(request, maxDocumentBytes);
  if (bytes === null) return documentTooLarge;
  return (
    textProblem(bytes) ?? {
      value: bytes.toString('utf8'),
      hash: () => hash('sha256', bytes, 'hex'),
    }
  );
};
