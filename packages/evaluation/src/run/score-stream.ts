import type { Instant, Outcome } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';
import { createInProcessPoint, type InProcessDeps } from '../replay/in-process.js';
import { replayLogins, type JudgedLogin, type ReplayOptions } from '../replay/replay-logins.js';
import { createReferenceScorer, createRulesOnlyScorer } from '../scorers/index.js';
import { createImpactGrouper } from './impact-groups.js';
import { createLoginResolver } from './resolve-logins.js';
import {
  createFeatureTable,
  createScoresBuilder,
  type FeatureTable,
  type Part,
  type Scores,
} from './scores.js';

export interface Stream {
  readonly seed: number;
  /** By time; the attempts of attackers among the logins of the owners. */
  readonly logins: readonly SyntheticLogin[];
  readonly halfTime: Instant;
  /** Users below this index are the population's; those above exist for a hard negative. */
  readonly users: number;
}

export interface ScoredStream {
  readonly scores: Scores;
  /** Decisions whose points do not add up to the score. */
  readonly notAdditive: number;
}

/** What is needed of each login, in columns: a hundred thousand lists of findings are not. */
interface Judgements {
  /** NaN: nothing was asked. */
  readonly points: Float64Array;
  readonly outcomes: readonly (Outcome | null)[];
  readonly features: FeatureTable;
  readonly notAdditive: number;
}

/** One decimal of points each; sums of doubles are not exact. */
const tolerance = 1e-6;

export const isAdditive = ({ score, findings }: NonNullable<JudgedLogin['judged']>): boolean =>
  Math.abs(findings.reduce((sum, { points }) => sum + points, 0) - score) < tolerance;

const partOf = ({ at, user }: SyntheticLogin, { halfTime, users }: Stream): Part => {
  if (user >= users) return 'elsewhere';
  return at < halfTime ? 'warm_up' : 'reported';
};

const isProven = ({ by, passwordRight }: SyntheticLogin): boolean =>
  passwordRight && (by.kind === 'owner' || by.kind === 'hard_negative');

const judgeAll = async (
  stream: Stream,
  deps: InProcessDeps,
  options: ReplayOptions,
): Promise<Judgements> => {
  const points = new Float64Array(stream.logins.length).fill(NaN);
  const outcomes: (Outcome | null)[] = [];
  const features = createFeatureTable(stream.logins.length);
  let notAdditive = 0;
  await replayLogins(stream.logins, createInProcessPoint(deps), {
    ...options,
    onJudged: ({ index, judged }) => {
      outcomes.push(judged?.outcome ?? null);
      if (judged === null) return;
      points[index] = judged.points;
      if (!isAdditive(judged)) notAdditive += 1;
      // What is reported is the score with device tokens, taken apart.
      if (options.withDevices) features.add(index, judged);
    },
  });
  return { points, outcomes, features, notAdditive };
};

/** All scorers over the same stream, each scoring a login before anything is learnt from it. */
export const scoreStream = async (
  stream: Stream,
  deps: InProcessDeps,
  { application }: Pick<ReplayOptions, 'application'>,
): Promise<ScoredStream> => {
  const bare = await judgeAll(stream, deps, { application, withDevices: false });
  const tokens = await judgeAll(stream, deps, { application, withDevices: true });
  const reference = createReferenceScorer({ loginCount: true });
  const rules = createRulesOnlyScorer();
  const resolve = createLoginResolver(deps);
  const builder = createScoresBuilder(stream.seed, stream.logins.length);
  const proven = new Map<number, number>();
  const all = stream.logins.map((login) => [login, resolve(login)] as const);
  const groupsOf = createImpactGrouper(all);
  for (const [index, [login, resolved]] of all.entries()) {
    const history = proven.get(login.user) ?? 0;
    builder.add({
      login,
      history,
      part: partOf(login, stream),
      outcome: tokens.outcomes[index] ?? null,
      impact: groupsOf(login, resolved, history),
      scores: {
        stepgate: bare.points[index] ?? null,
        stepgate_device: tokens.points[index] ?? null,
        reference: reference.score(resolved),
        rules_only: rules.score(resolved),
      },
    });
    if (!isProven(login)) continue;
    reference.learn(resolved);
    rules.learn(resolved);
    proven.set(login.user, history + 1);
  }
  return {
    scores: builder.build(tokens.features.columns),
    notAdditive: bare.notAdditive + tokens.notAdditive,
  };
};
