/**
 * Why no decision could be had. `refused` is a 4xx (the request or the key is wrong), `unavailable`
 * any other status that is not the promised one; `mismatched` is an answer to another question, such
 * as an old allow played back by something that sits between PEP and engine. `forged`: keys are pinned
 * and the answer's signature does not vouch for it, so it is not the engine's.
 */
export const unreachableCodes = [
  'timeout',
  'connection',
  'refused',
  'unavailable',
  'unparsable',
  'mismatched',
  'forged',
] as const;
export type UnreachableCode = (typeof unreachableCodes)[number];

export interface Unreachable {
  readonly kind: 'unreachable';
  readonly cause: {
    readonly code: UnreachableCode;
    /** The HTTP status, when there was one. */
    readonly status: number | null;
    /** For logs; holds nothing of the request. A problem's stable code when the engine sent one. */
    readonly detail: string;
  };
}

export const unreachable = (
  code: UnreachableCode,
  detail: string,
  status: number | null = null,
): Unreachable => ({ kind: 'unreachable', cause: { code, status, detail } });
