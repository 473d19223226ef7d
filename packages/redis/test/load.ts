import { randomUUID } from 'node:crypto';
import { StateUnavailableError } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { RedisState } from '../src/index.js';
import { admission, counting, limit } from './requests.js';

export interface Call {
  readonly attemptId: string;
  readonly sentAt: number;
  readonly durationMs: number;
  readonly ok: boolean;
}

export interface Load {
  readonly calls: readonly Call[];
  /** Errors of another kind than the one that is promised. */
  readonly surprises: readonly unknown[];
  stop(): Promise<void>;
}

/** All attempts of a load count towards one limit that none of them reaches. */
export const roomyLimit = limit({ name: 'roomy', max: 1_000_000, windowMs: 3_600_000 });

export const attemptOf = (who: SubjectRef, id: string, budgetMs?: number) =>
  admission({
    subject: who,
    attempt: { id, bodyHash: 'sha256:b0d1' },
    counting: counting({ limits: [roomyLimit] }),
    now: null,
    ...(budgetMs === undefined ? {} : { budgetMs }),
  });

/** A steady stream of attempts, none of which waits for another. */
export const startLoad = (state: RedisState, who: SubjectRef, perSecond: number): Load => {
  const calls: Call[] = [];
  const surprises: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  const send = async (): Promise<void> => {
    const attemptId = randomUUID();
    const sentAt = performance.now();
    const end = (ok: boolean): void => {
      calls.push({ attemptId, sentAt, durationMs: performance.now() - sentAt, ok });
    };
    try {
      await state.attempts.admitAttempt(attemptOf(who, attemptId));
      end(true);
    } catch (error) {
      end(false);
      if (!(error instanceof StateUnavailableError)) surprises.push(error);
    }
  };
  const timer = setInterval(() => {
    const call = send().finally(() => underWay.delete(call));
    underWay.add(call);
  }, 1_000 / perSecond);
  return {
    calls,
    surprises,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
};
