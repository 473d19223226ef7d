import { attackerNames, hardNegativeNames } from '../login.js';
import { scorerNames, type EvaluationCheck, type EvaluationResults } from '../results.js';
import { count, decimal, percent, value } from './figures.js';
import { attackerLabels, hardNegativeLabels } from './names.js';
import { verdictText } from './sections/verdict.js';

const screenWidth = 100;
/** What one screen has left for checks beside the two other tables. */
const mostChecks = 27;

/** A name may come from a log: nothing in it may steer the terminal. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const plain = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

/** Cells cut and padded to their columns; figures stand to the right. */
const lineOf = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      const text = cut(plain(cell), width);
      return column === 0 ? text.padEnd(width) : text.padStart(width);
    })
    .join('  ')
    .trimEnd();

const checkColumns = [50, 18, 18, 6];

/** Where not all fit, those that fail come first. */
const shownOf = (checks: readonly EvaluationCheck[]): readonly EvaluationCheck[] =>
  checks.length <= mostChecks
    ? checks
    : [...checks]
        .sort((one, other) => Number(one.holds) - Number(other.holds))
        .slice(0, mostChecks - 1);

const checkLines = (checks: readonly EvaluationCheck[]): string[] => {
  const shown = shownOf(checks);
  const hidden = checks.length - shown.length;
  return [
    lineOf(['check', 'value', 'target', 'holds'], checkColumns),
    ...shown.map(({ name, value: measured, target, holds }) =>
      lineOf([name, value(measured), target, holds ? 'yes' : 'NO'], checkColumns),
    ),
    ...(hidden > 0 ? [`… and ${count(hidden)} more, in the JSON`] : []),
  ];
};

const attackerColumns = [30, 14, 14, 14, 14];

const attackerLines = ({ attackers }: EvaluationResults): string[] => [
  lineOf(
    ['AUC / recall at 1 % asked', 'no token', 'device token', 'reference', 'rules only'],
    attackerColumns,
  ),
  ...attackerNames.map((name) => {
    const cells = scorerNames.map((scorer) => {
      const { auc, recallAt1Percent } = attackers[name][scorer];
      return `${decimal(auc.mean)} / ${decimal(recallAt1Percent.mean)}`;
    });
    return lineOf([attackerLabels[name], ...cells], attackerColumns);
  }),
];

const ownerColumns = [21, 7, 7, 7];
const ownerHead = lineOf(['honest logins', 'logins', 'step-up', 'deny'], ownerColumns);

/** Two to a line. */
const ownerLines = ({ outcomes }: EvaluationResults): string[] => {
  const all = [
    { label: 'all', shares: outcomes.owner },
    ...hardNegativeNames.map((name) => ({
      label: hardNegativeLabels[name],
      shares: outcomes.hardNegatives[name],
    })),
  ];
  const cells = all.map(({ label, shares: { n, stepUp, deny } }) =>
    lineOf([label, count(n), percent(stepUp), percent(deny)], ownerColumns),
  );
  const half = Math.ceil(cells.length / 2);
  return [
    `${ownerHead}    ${ownerHead}`,
    ...cells
      .slice(0, half)
      .map((cell, index) => `${cell.padEnd(ownerHead.length)}    ${cells[half + index] ?? ''}`)
      .map((line) => line.trimEnd()),
  ];
};

/** At most 45 lines of 100 columns. */
export const renderTable = (results: EvaluationResults): string => {
  const { checks, quick, seeds, seconds, population } = results;
  const run = `${quick ? 'quick run, ' : ''}seeds ${seeds.join(' ')}, ${count(population.users)} users each, ${count(population.logins)} logins in all, ${count(seconds)} s`;
  const lines = [
    cut(`${verdictText(checks)} (${run})`, screenWidth),
    '',
    ...checkLines(checks),
    '',
    ...attackerLines(results),
    '',
    ...ownerLines(results),
  ];
  return `${lines.join('\n')}\n`;
};
