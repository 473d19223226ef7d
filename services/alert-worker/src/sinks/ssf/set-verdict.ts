import { z } from 'zod';
import type { SendVerdict } from '../alert-sink.js';
import { httpVerdict } from '../outbound/http-verdict.js';
import type { HttpAnswer } from '../outbound/post.js';

/**
 * RFC 8935, 2.4: why a receiver refuses a token. What is wrong with the token itself stays wrong. Keys
 * and credentials may be right tomorrow: the receiver reads our new key, an operator mends the token.
 */
const finalErrors = ['invalid_request', 'invalid_issuer', 'invalid_audience'] as const;
const mendableErrors = ['invalid_key', 'authentication_failed', 'access_denied'] as const;

/** Only registered words go further: what a receiver writes is not ours to keep. */
const refusal = z.object({ err: z.enum([...finalErrors, ...mendableErrors]) });
type RefusalCode = z.infer<typeof refusal>['err'];

const isFinal = (err: RefusalCode | null): boolean => finalErrors.some((final) => final === err);

const errorIn = (body: string): RefusalCode | null => {
  try {
    const parsed = refusal.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.err : null;
  } catch {
    return null;
  }
};

/** What came of pushing one token. */
export const setVerdict = (answer: HttpAnswer, now: number): SendVerdict => {
  if (answer.kind === 'answered' && answer.status === 400) {
    const err = errorIn(answer.body);
    const cause = `token refused: ${err ?? 'no reason given'}`;
    return isFinal(err) ? { kind: 'dead', cause } : { kind: 'retry', cause, retryAfterMs: null };
  }
  return httpVerdict(answer, now);
};

/** All of an alert's tokens must be accepted; one that may still be outweighs one that never will. */
export const allAccepted = (verdicts: readonly SendVerdict[]): SendVerdict =>
  verdicts.find(({ kind }) => kind === 'retry') ??
  verdicts.find(({ kind }) => kind === 'dead') ?? { kind: 'delivered' };
