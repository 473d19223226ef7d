import type { DecisionRequest, DecisionResponse, EventRequest } from '@stepgate/contracts';
import type { DevApi } from './dev-api.js';
import type { Attempt, Chapter, Expectation, Happening } from './story.js';

/** One printed line: what was asked, what came, and how that differs from what the story expects. */
export interface Scene {
  readonly time: Date;
  readonly subject: string;
  readonly from: string;
  readonly device: string;
  /** Null: the attempt itself; else which step-up was done. */
  readonly stage: string | null;
  readonly answer: DecisionResponse;
  readonly differences: readonly string[];
}

export interface Aside {
  readonly time: Date;
  readonly text: string;
}

export interface StoryListener {
  chapter(title: string): void;
  scene(scene: Scene): void;
  aside(aside: Aside): void;
}

const minuteMs = 60_000;

const differencesOf = (answer: DecisionResponse, expected: Expectation): string[] => {
  const differences: string[] = [];
  if (answer.decision !== expected.decision) {
    differences.push(`expected ${expected.decision}, got ${answer.decision}`);
  }
  const codes = answer.reasons.map((reason) => reason.code);
  for (const reason of expected.reasons ?? []) {
    if (!codes.includes(reason)) differences.push(`expected the reason ${reason}`);
  }
  const offered = answer.step_up?.authenticators.join(' ') ?? '';
  const wanted = expected.authenticators?.join(' ');
  if (wanted !== undefined && offered !== wanted) {
    differences.push(`expected [${wanted}] to satisfy it, got [${offered}]`);
  }
  return differences;
};

const requestFor = (attempt: Attempt, attemptId: string): DecisionRequest => ({
  attempt_id: attemptId,
  subject: {
    type: 'user',
    id: attempt.subject,
    properties: {
      groups: [...(attempt.groups ?? [])],
      authenticators: [...attempt.authenticators],
    },
  },
  action: { name: 'login' },
  resource: { type: 'application', id: attempt.application },
  context: {
    ip: attempt.from.ip,
    user_agent: attempt.device.userAgent,
    device: { id: attempt.device.id, managed: attempt.device.managed ?? false },
    amr: ['pwd'],
  },
});

interface Play {
  readonly api: DevApi;
  readonly listener: StoryListener;
  readonly nextId: () => string;
  readonly timeOf: (minutes: number) => Date;
}

const proveLogin = async (play: Play, attempt: Attempt, decisionId: string): Promise<void> => {
  const event: EventRequest = {
    id: play.nextId(),
    type: 'login_succeeded',
    subject: { type: 'user', id: attempt.subject },
    decision_id: decisionId,
  };
  await play.api.sendEvents([event], play.timeOf(attempt.at));
};

const playAttempt = async (play: Play, attempt: Attempt): Promise<void> => {
  const now = play.timeOf(attempt.at);
  const show = (stage: string | null, answer: DecisionResponse, expected: Expectation): void => {
    play.listener.scene({
      time: now,
      subject: attempt.subject,
      from: attempt.from.label,
      device: attempt.device.label,
      stage,
      answer,
      differences: differencesOf(answer, expected),
    });
  };
  const first = await play.api.decide(requestFor(attempt, play.nextId()), now);
  show(null, first, attempt.expect);
  let last = first;
  if (attempt.completion !== undefined && first.decision === 'step_up') {
    const authenticator = attempt.completion.with;
    last = await play.api.complete(first.decision_id, { authenticator, number_matched: true }, now);
    show(`with ${authenticator}`, last, attempt.completion.expect);
  }
  if (last.decision === 'allow') await proveLogin(play, attempt, last.decision_id);
};

const playHappening = async (play: Play, happening: Happening): Promise<void> => {
  const { subjects, times, type } = happening;
  const moments = subjects.flatMap((subject) => Array.from({ length: times }, () => subject));
  for (const [index, subject] of moments.entries()) {
    const event: EventRequest = {
      id: play.nextId(),
      type,
      subject: { type: 'user', id: subject },
      context: { ip: happening.from.ip },
    };
    await play.api.sendEvents([event], play.timeOf(happening.at + index * happening.every));
  }
  const who = subjects.length === 1 ? (subjects[0] ?? '') : `${String(subjects.length)} accounts`;
  const text = `${type} × ${String(moments.length)} (${who}, ${happening.from.label})`;
  play.listener.aside({ time: play.timeOf(happening.at), text });
};

/**
 * Plays a story through the API, step by step, each at its own time.
 *
 * @param runId keeps the event and attempt ids of one run apart from those of another.
 */
export const playStory = async (
  story: readonly Chapter[],
  ports: { readonly api: DevApi; readonly listener: StoryListener },
  { start, runId }: { readonly start: Date; readonly runId: string },
): Promise<void> => {
  let serial = 0;
  const play: Play = {
    ...ports,
    nextId: () => {
      serial += 1;
      return `${runId}-${String(serial)}`;
    },
    timeOf: (minutes) => new Date(start.getTime() + minutes * minuteMs),
  };
  for (const { title, steps } of story) {
    ports.listener.chapter(title);
    for (const step of steps) {
      if (step.kind === 'attempt') await playAttempt(play, step);
      else await playHappening(play, step);
    }
  }
};
