import {
  absent,
  evaluate,
  outcomes,
  signalNames,
  unavailable,
  type Decision,
  type Evidence,
} from '@stepgate/engine';
import { cleanIn, type Check } from '@stepgate/testing';
import { atLeast, none } from '../redis/answers.js';
import { recordAttempts, type RecordedAttempt } from '../redis/recorded-attempts.js';
import type { Scenario } from '../scenario.js';

const size = 1_000;

const strictness = ({ outcome }: Decision): number => outcomes.indexOf(outcome);

interface Tally {
  removals: number;
  lower: number;
}

/** Counts where the second is a smaller risk than the first, by score or by outcome. */
const compare = (
  { policy, at }: RecordedAttempt,
  [fuller, poorer]: readonly [Evidence, Evidence],
  tally: Tally,
): void => {
  const [before, after] = [evaluate(fuller, policy, at), evaluate(poorer, policy, at)];
  const isLower = after.score < before.score || strictness(after) < strictness(before);
  tally.removals += 1;
  if (isLower) tally.lower += 1;
};

const tallyOf = (
  attempts: readonly RecordedAttempt[],
  pairs: (attempt: RecordedAttempt) => readonly (readonly [Evidence, Evidence])[],
): Tally => {
  const tally = { removals: 0, lower: 0 };
  for (const attempt of attempts) for (const pair of pairs(attempt)) compare(attempt, pair, tally);
  return tally;
};

const missing = [absent, unavailable('removed')];

/** All that an attacker gains by breaking a source: never more than by a signal without a blemish. */
const asIfClean = ({ evidence }: RecordedAttempt): readonly (readonly [Evidence, Evidence])[] =>
  signalNames.flatMap((name) => {
    const clean = cleanIn(evidence, name);
    return missing.map((signal) => [clean, { ...clean, [name]: signal }] as const);
  });

/** What the caller itself leaves out, however it spoke. */
const leftOut = ({
  evidence,
  withheld,
}: RecordedAttempt): readonly (readonly [Evidence, Evidence])[] =>
  [...withheld.values()].map((poorer) => [evidence, poorer] as const);

/** A source that knew something bad is lost: its points go, which is no promise and is reported. */
const asRecorded = ({ evidence }: RecordedAttempt): readonly (readonly [Evidence, Evidence])[] =>
  signalNames
    .filter((name) => evidence[name].state === 'observed')
    .flatMap((name) =>
      missing.map((signal) => [evidence, { ...evidence, [name]: signal }] as const),
    );

export const fewerSignals: Scenario = {
  name: 'fewer-signals',
  promise: 'an attempt that shows less is never a smaller risk',
  limitSeconds: 120,
  run: async ({ random, log }): Promise<Check[]> => {
    const attempts = await recordAttempts(size, random);
    const caller = tallyOf(attempts, leftOut);
    const source = tallyOf(attempts, asIfClean);
    const recorded = tallyOf(attempts, asRecorded);
    log(
      `${String(caller.removals)} times something was left out of a request, ${String(source.removals)} times a clean signal was lost; ` +
        `of ${String(recorded.removals)} signals as recorded, ${String(recorded.lower)} spoke against the attempt`,
    );
    return [
      none('lower risk where the caller leaves something out', caller.lower),
      atLeast('things left out of recorded attempts', caller.removals, size),
      none('lower risk where a clean signal is lost', source.lower),
      atLeast('signals lost from recorded attempts', source.removals, 10 * size),
    ];
  },
};
