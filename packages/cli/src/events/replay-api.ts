import {
  eventsResponseSchema,
  problemSchema,
  subjectResponseSchema,
  type SubjectResponse,
} from '@stepgate/contracts';
import type { MappedEvent } from '@stepgate/idp-events';
import type { z } from 'zod';
import { createEngineCalls, type EngineAddress, type EngineAnswer } from './engine-call.js';
import { ReplayProblem } from './replay-problem.js';

/** What the ladder and the alert of a subject look like at an instant. */
export type SubjectState = Pick<SubjectResponse, 'push' | 'alert'>;

export interface ReplayApi {
  /** Sends an event at its own time. @returns whether it had been recorded before. */
  send(event: MappedEvent): Promise<{ readonly duplicate: boolean }>;
  /** @param at RFC 3339. */
  look(subjectId: string, at: string): Promise<SubjectState>;
  close(): void;
}

const refusalFor = (url: string, code: string, detail: string): ReplayProblem => {
  switch (code) {
    case 'invalid_header':
      return new ReplayProblem(
        `The engine at ${url} is not in dev mode: it refuses to be told the time of an event. Start one with STEPGATE_MODE=dev, or leave out --engine and have one started for the replay.`,
      );
    case 'unauthenticated':
      return new ReplayProblem(`The engine at ${url} does not know the key in the key file.`);
    case 'forbidden':
      return new ReplayProblem('The key needs the scopes events and read.');
    default:
      return new ReplayProblem(`The engine at ${url} refuses (${code}): ${detail}`);
  }
};

const parseAnswer = <T extends z.ZodType>(
  schema: T,
  url: string,
  answer: EngineAnswer,
): z.output<T> => {
  const parsed = answer.ok ? schema.safeParse(answer.body) : null;
  if (parsed?.success === true) return parsed.data;
  const problem = problemSchema.safeParse(answer.body);
  throw problem.success
    ? refusalFor(url, problem.data.code, problem.data.detail)
    : new ReplayProblem(`What answers at ${url} is no engine of this version.`);
};

/** The HTTP API of an engine in dev mode. Everything throws ReplayProblem when it cannot go on. */
export const createReplayApi = (address: EngineAddress, signal: AbortSignal): ReplayApi => {
  const { url } = address;
  const calls = createEngineCalls(address, signal);
  const call = async (path: string, at: string, body?: unknown): Promise<EngineAnswer> => {
    try {
      return await calls.call(path, at, body);
    } catch (cause) {
      signal.throwIfAborted();
      throw new ReplayProblem(`The engine at ${url} does not answer.`, { cause });
    }
  };
  return {
    send: async (event) => {
      const answer = await call('/v1/events', event.occurred_at, event);
      return { duplicate: parseAnswer(eventsResponseSchema, url, answer).accepted === 0 };
    },
    look: async (subjectId, at) => {
      const path = `/v1/subjects/user/${encodeURIComponent(subjectId)}`;
      return parseAnswer(subjectResponseSchema, url, await call(path, at));
    },
    close: calls.close,
  };
};
