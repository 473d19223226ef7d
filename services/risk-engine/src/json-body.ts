import { hash } from 'node:crypto';
import express, { type RequestHandler } from 'express';

/** A decision fits easily; what is larger is a mistake or an attack. */
const maxBodyBytes = 16 * 1024;

const bodies = new WeakMap<object, Buffer>();

/**
 * JSON and nothing else: no inflation (48 kB of gzip hold 50 MB), no form parser, a small limit. The
 * bytes are kept so that a second body under one attempt id can be told from the first.
 */
export const readJsonBody: RequestHandler = express.json({
  limit: maxBodyBytes,
  inflate: false,
  strict: true,
  verify: (request, _response, buffer) => {
    bodies.set(request, buffer);
  },
});

export const bodyHashOf = (request: object): string => {
  const body = bodies.get(request);
  return body === undefined ? '' : hash('sha256', body, 'hex');
};

/** The parser makes an empty object of an empty body. */
export const isBodyEmpty = (request: object): boolean => (bodies.get(request)?.length ?? 0) === 0;
