import type { LoginLogResults } from '@stepgate/evaluation';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const count = (value: number): string => value.toLocaleString('en-US');

const outcomeLine = (whose: string, { n, stepUp, deny }: LoginLogResults['honest']): string =>
  `${whose.padEnd(34)} ${count(n).padStart(12)}   asked ${percent(stepUp).padStart(9)}   denied ${percent(deny).padStart(9)}`;

const separationLine = (
  whose: string,
  scorer: 'stepgate' | 'reference',
  { auc, recallAt1Percent }: NonNullable<LoginLogResults['takeovers']>,
): string =>
  `${whose.padEnd(34)} AUC ${auc[scorer].toFixed(3)}   recall at 1 % of honest logins asked ${percent(recallAt1Percent[scorer])}`;

const takeoverLines = ({ takeovers }: LoginLogResults): readonly string[] =>
  takeovers === null
    ? ['No login is called a takeover: how well they are told cannot be said, only who is asked.']
    : [
        outcomeLine('takeovers', takeovers.outcomes),
        separationLine('stepgate, no device tokens', 'stepgate', takeovers),
        separationLine('reference', 'reference', takeovers),
      ];

const goldenLine = ({ golden }: LoginLogResults): string => {
  if (golden.kind === 'skipped') return `golden values: skipped, ${golden.because}`;
  return golden.agree
    ? 'golden values: the reference scorer agrees with all that are known'
    : `golden values: the reference scorer does NOT agree; it has ${golden.scores.join(', ')}`;
};

/** One screen about a log. Nothing in it names a user or an address. */
export const loginLogLines = (results: LoginLogResults): readonly string[] => {
  const { rows, badRows, users, successful, honest, returning } = results;
  return [
    `${count(rows)} logins of ${count(users)} users, ${count(successful)} successful; ${count(badRows.count)} rows could not be used`,
    ...badRows.first.map(({ line, problem }) => `  line ${String(line)}: ${problem}`),
    outcomeLine('honest logins', honest),
    outcomeLine('honest, after the first of a user', returning),
    ...takeoverLines(results),
    goldenLine(results),
  ];
};
