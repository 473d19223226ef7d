import type { ServerResponse } from 'node:http';

/**
 * On every answer: kept by no cache, taken for nothing but what it says it is, shown in no frame. No
 * CORS header is ever sent, so no page of another origin can read an answer.
 */
export const setSecurityHeaders = (response: ServerResponse): void => {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
};
