import type { OutcomeShares } from '../../results.js';
import type { SyntheticLogin } from '../../login.js';
import { auc, recallAt, type Sample } from '../../measures/index.js';
import { createInProcessPoint, type InProcessDeps } from '../../replay/in-process.js';
import { createLoginPlayer } from '../../replay/replay-logins.js';
import { createReferenceScorer, type ResolvedLogin } from '../../scorers/index.js';
import { createOutcomeTally } from '../outcome-tally.js';
import { application } from '../settings.js';
import { compareGolden, loginsNeeded, type GoldenComparison } from './golden-scores.js';
import { isComplete, type LoginRow } from './login-row.js';
import { readLoginLog, type BadRow } from './read-login-log.js';

export interface LoginLogResults {
  readonly rows: number;
  readonly badRows: { readonly count: number; readonly first: readonly BadRow[] };
  readonly users: number;
  readonly successful: number;
  /** What the shipped policy would have said to successful logins that nobody calls a takeover. */
  readonly honest: OutcomeShares;
  /** The same without the first login of each user. */
  readonly returning: OutcomeShares;
  /** Null: the log calls no login a takeover. */
  readonly takeovers: {
    readonly outcomes: OutcomeShares;
    readonly auc: Readonly<Record<'stepgate' | 'reference', number>>;
    readonly recallAt1Percent: Readonly<Record<'stepgate' | 'reference', number>>;
  } | null;
  readonly golden: GoldenComparison;
}

const badRowsListed = 20;
const onePercent = 0.01;

const resolved = (row: LoginRow): ResolvedLogin => ({
  user: row.user,
  address: row.address,
  asn: row.asn,
  country: row.country,
  userAgent: row.userAgent,
  browser: row.browser,
  os: row.os,
  deviceType: row.deviceType,
  listed: row.attackIp === true,
});

const loginOf = (row: LoginRow, user: number): SyntheticLogin => ({
  at: row.at,
  user,
  by: row.takeover === true ? { kind: 'attacker', name: 'takeover' } : { kind: 'owner' },
  passwordRight: row.successful,
  address: row.address,
  userAgent: row.userAgent,
  device: null,
  rttMs: row.rttMs,
});

interface Samples {
  readonly stepgate: Sample[];
  readonly reference: Sample[];
}

const newSamples = (): Samples => ({ stepgate: [], reference: [] });

const separation = (
  measure: (honest: readonly Sample[], attacks: readonly Sample[]) => number,
  honest: Samples,
  attacks: Samples,
): Readonly<Record<'stepgate' | 'reference', number>> => ({
  stepgate: measure(honest.stepgate, attacks.stepgate),
  reference: measure(honest.reference, attacks.reference),
});

/** The reference over the columns of the log; it keeps the scores that the golden values are of. */
const createColumnScorer = () => {
  const reference = createReferenceScorer({ loginCount: true });
  const golden: number[] = [];
  return {
    golden,
    scoreAndLearn: (row: LoginRow): number | null => {
      if (!row.successful || !isComplete(row)) return null;
      const login = resolved(row);
      const score = reference.score(login);
      if (row.takeover !== true) reference.learn(login);
      if (golden.length < loginsNeeded) golden.push(score ?? NaN);
      return score;
    },
  };
};

/** Users by number, and how many logins each has proven. */
const createUsers = () => {
  const numbers = new Map<string, number>();
  const proven: number[] = [];
  return {
    count: () => numbers.size,
    numberOf: (name: string): number => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, proven.length);
      return proven.push(0) - 1;
    },
    historyOf: (user: number): number => proven[user] ?? 0,
    prove: (user: number): void => {
      proven[user] = (proven[user] ?? 0) + 1;
    },
  };
};

const createBadRows = () => {
  const first: BadRow[] = [];
  let count = 0;
  return {
    add: (row: BadRow): void => {
      count += 1;
      if (first.length < badRowsListed) first.push(row);
    },
    summary: () => ({ count, first: first.toSorted((one, other) => one.line - other.line) }),
  };
};

interface Gathered {
  readonly honestScores: Samples;
  readonly attackScores: Samples;
  readonly takeovers: OutcomeShares;
}

const takeoversIn = ({
  honestScores,
  attackScores,
  takeovers,
}: Gathered): LoginLogResults['takeovers'] =>
  takeovers.n === 0
    ? null
    : {
        outcomes: takeovers,
        auc: separation(auc, honestScores, attackScores),
        recallAt1Percent: separation(
          (owners, thieves) => recallAt(owners, thieves, onePercent),
          honestScores,
          attackScores,
        ),
      };

/**
 * An operator's own log, login by login: the service's scores from the address and the user agent, the
 * reference's from the columns of the log. Nothing leaves the process.
 *
 * @throws LoginLogError when the file is no such log.
 */
export const evaluateLoginLog = async (
  file: string,
  deps: InProcessDeps,
): Promise<LoginLogResults> => {
  const play = createLoginPlayer(createInProcessPoint(deps), { application, withDevices: false });
  const [byColumns, users, badRows] = [createColumnScorer(), createUsers(), createBadRows()];
  const [honestScores, attackScores] = [newSamples(), newSamples()];
  const honest = createOutcomeTally();
  const returning = createOutcomeTally();
  const takeovers = createOutcomeTally();
  let [rows, successful] = [0, 0];
  for await (const row of readLoginLog(file, badRows.add)) {
    const user = users.numberOf(row.user);
    const history = users.historyOf(user);
    const isTheft = row.takeover === true;
    const judged = await play(loginOf(row, user), rows);
    const reference = byColumns.scoreAndLearn(row);
    rows += 1;
    if (judged === null) continue;
    successful += 1;
    (isTheft ? takeovers : honest).add(judged.outcome);
    if (!isTheft && history > 0) returning.add(judged.outcome);
    if (!isTheft) users.prove(user);
    if (history === 0 || reference === null) continue;
    const into = isTheft ? attackScores : honestScores;
    into.stepgate.push({ user, score: judged.points, history, seed: 0 });
    into.reference.push({ user, score: reference, history, seed: 0 });
  }
  return {
    rows,
    badRows: badRows.summary(),
    users: users.count(),
    successful,
    honest: honest.shares(),
    returning: returning.shares(),
    takeovers: takeoversIn({ honestScores, attackScores, takeovers: takeovers.shares() }),
    golden: compareGolden(byColumns.golden, rows + badRows.summary().count),
  };
};
