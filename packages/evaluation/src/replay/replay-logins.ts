import type { Outcome } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';
import type { Answered, DecisionPoint, JudgedFinding } from './decision-point.js';
import { completionRequest, decisionRequest, failedEvent, succeededEvent } from './requests.js';

export interface JudgedLogin {
  /** Position in the stream. */
  readonly index: number;
  readonly login: SyntheticLogin;
  /** Null: the password was wrong, so nothing was asked. */
  readonly judged: {
    readonly outcome: Outcome;
    readonly score: number;
    /** Sum of the findings' points, before the clamp at 100: what logins are ranked by. */
    readonly points: number;
    readonly findings: readonly JudgedFinding[];
  } | null;
}

export interface ReplayOptions {
  readonly application: string;
  /** Whether browsers keep and send device tokens; without it, no device is ever named. */
  readonly withDevices: boolean;
}

const clamp = 'score_clamped';

export const pointsOf = (findings: readonly JudgedFinding[]): number =>
  findings.reduce((sum, { reason, points }) => (reason === clamp ? sum : sum + points), 0);

/** Cookies of one browser, by subject: a token of another subject would name nothing. */
const jarOf = ({ device, user }: SyntheticLogin): string | null =>
  device === null ? null : `${device}\n${String(user)}`;

const isOwner = ({ by }: SyntheticLogin): boolean =>
  by.kind === 'owner' || by.kind === 'hard_negative';

/** The owner does what is asked, with the best that is offered. @returns the answer that lets them in. */
const passStepUp = async (
  point: DecisionPoint,
  login: SyntheticLogin,
  asked: Answered,
): Promise<Answered | null> => {
  const [best] = asked.authenticators;
  if (best === undefined) return null;
  const body = completionRequest(login, best);
  const answer = await point.complete(asked.decisionId, body, login.at);
  return answer?.outcome === 'allow' ? answer : null;
};

/** @param index of the login in its stream: the id of its events. */
export type LoginPlayer = (login: SyntheticLogin, index: number) => Promise<JudgedLogin['judged']>;

/**
 * Plays login after login: each is scored by what was known before it and only then learnt from, if it
 * was its owner's and let in. Attempts of attackers are scored, never succeed, and teach nothing.
 */
export const createLoginPlayer = (
  point: DecisionPoint,
  { application, withDevices }: ReplayOptions,
): LoginPlayer => {
  const cookies = new Map<string, string>();

  const letIn = async (login: SyntheticLogin, index: number, answer: Answered): Promise<void> => {
    await point.record(succeededEvent(login, index, answer.decisionId), login.at);
    const jar = jarOf(login);
    if (jar !== null && answer.deviceToken !== null) cookies.set(jar, answer.deviceToken);
  };

  return async (login, index) => {
    if (!login.passwordRight) {
      await point.record(failedEvent(login, index), login.at);
      return null;
    }
    const jar = jarOf(login);
    const token = withDevices && jar !== null ? (cookies.get(jar) ?? null) : null;
    const asked = await point.decide(decisionRequest(login, { application, token }), login.at);
    if (isOwner(login) && asked.outcome !== 'deny') {
      const answer = asked.outcome === 'allow' ? asked : await passStepUp(point, login, asked);
      if (answer !== null) await letIn(login, index, answer);
    }
    const { outcome, score, findings } = asked;
    return { outcome, score, points: pointsOf(findings), findings };
  };
};

/** @param onJudged told of every login, in the order of the stream. */
export const replayLogins = async (
  stream: Iterable<SyntheticLogin>,
  point: DecisionPoint,
  { onJudged, ...options }: ReplayOptions & { readonly onJudged: (judged: JudgedLogin) => void },
): Promise<void> => {
  const play = createLoginPlayer(point, options);
  let index = 0;
  for (const login of stream) {
    onJudged({ index, login, judged: await play(login, index) });
    index += 1;
  }
};
