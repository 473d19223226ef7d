import type { ProblemAnswer } from '../answer-problem.js';
import type { Caller } from '../routes/handler.js';
import type { CallersFile } from './callers-file.js';

/**
 * Whether the body that came is the one that the credentials speak of; null when it is.
 *
 * @throws StateUnavailableError when nobody can say whether the request was seen before.
 */
export type ConfirmBody = (bodyHash: string) => Promise<ProblemAnswer | null>;

export interface Identified {
  readonly caller: Caller;
  /** Of a signed request: to be asked once the body is there, before anything is done with it. */
  readonly confirm: ConfirmBody | null;
}

/** A caller, or why there is none. */
export type Identification = Identified | ProblemAnswer;

/** A caller as the file grants it. */
export interface Grant {
  readonly identified: Identified;
  /** Milliseconds since the epoch; infinite for one that does not end. */
  readonly expiresAt: number;
}

type Granted = Pick<
  CallersFile['keys'][number],
  'id' | 'tenant' | 'scopes' | 'expires_at' | 'max_per_second'
>;

export const grantOf = (entry: Granted): Grant => ({
  identified: {
    caller: {
      id: entry.id,
      tenant: entry.tenant,
      scopes: entry.scopes,
      maxPerSecond: entry.max_per_second ?? null,
    },
    confirm: null,
  },
  expiresAt: entry.expires_at === undefined ? Infinity : Date.parse(entry.expires_at),
});

/** The same for every reason: what is wrong with a credential helps only who has forged it. */
export const refused: ProblemAnswer = {
  problem: 'unauthenticated',
  detail: 'Send an API key, a JWT, a signature or a client certificate that is in force.',
};
