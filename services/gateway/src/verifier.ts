import type { CompletionRequest } from '@stepgate/contracts';
import { z } from 'zod';
import { fetchFailure } from './fetch-failure.js';
import { readBounded } from './read-bounded.js';

/** What the browser claims to have done; true only when the verifier says so. */
export interface StepUpClaim {
  readonly subject: string;
  readonly decision_id: string;
  readonly authenticator: CompletionRequest['authenticator'];
  readonly amr: readonly string[];
  readonly number_matched: boolean;
  /** The authenticator's own evidence (an assertion, a code); only the verifier can read it. */
  readonly proof: unknown;
}

export type Verification =
  | {
      readonly kind: 'proven';
      /** Where the authenticating device was, if the verifier saw it. */
      readonly deviceAddress: string | null;
    }
  | { readonly kind: 'not_proven' }
  | { readonly kind: 'unreachable' };

/** The identity provider's endpoint that checks an authenticator's proof. */
export interface Verifier {
  readonly verify: (claim: StepUpClaim) => Promise<Verification>;
}

const timeoutMs = 5_000;
const maxAnswerBytes = 16 * 1024;
const answerSchema = z.object({ device_ip: z.union([z.ipv4(), z.ipv6()]) });

const deviceAddressIn = (text: string): string | null => {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data?.device_ip ?? null;
  } catch (error) {
    // An empty or other body is allowed: the status alone is the answer.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const verificationOf = async (response: Response): Promise<Verification> => {
  const body = await readBounded(response, maxAnswerBytes);
  if (response.ok && body !== null) {
    return { kind: 'proven', deviceAddress: deviceAddressIn(new TextDecoder().decode(body)) };
  }
  const refused = response.status >= 400 && response.status < 500;
  return { kind: refused ? 'not_proven' : 'unreachable' };
};

/** 2xx: all that is claimed is proven. 4xx: it is not. Anything else: nobody knows. */
export const createVerifier = (url: string): Verifier => ({
  verify: async (claim) => {
    try {
      return await verificationOf(
        await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(claim),
          signal: AbortSignal.timeout(timeoutMs),
        }),
      );
    } catch (error) {
      fetchFailure(error);
      return { kind: 'unreachable' };
    }
  },
});
