import { z } from 'zod';
import type { ProblemAnswer } from './answer-problem.js';

export type DevClock = (header: string | string[] | undefined) => {
  readonly now: number | null;
  readonly problem: ProblemAnswer | null;
};

const refused = (detail: string): ReturnType<DevClock> => ({
  now: null,
  problem: { problem: 'invalid_header', detail },
});

const timestamp = z.iso.datetime({ offset: true });

/**
 * `Stepgate-Dev-Now` moves time for stories and replays. Outside dev mode it is refused, not
 * ignored: who could move the clock could let every window and every lock run out.
 */
export const createDevClock =
  (mode: 'production' | 'dev'): DevClock =>
  (header) => {
    if (header === undefined) return { now: null, problem: null };
    if (mode !== 'dev') return refused('Stepgate-Dev-Now is for dev mode only.');
    return timestamp.safeParse(header).success
      ? { now: Date.parse(String(header)), problem: null }
      : refused('Stepgate-Dev-Now must be an RFC 3339 timestamp.');
  };
