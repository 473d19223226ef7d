import type { AlertFact, AlertText } from './alert-text.js';

const factLines = ({ label, lines }: AlertFact): readonly string[] =>
  lines.length === 1
    ? [`${label}: ${lines.join('')}`]
    : [`${label}:`, ...lines.map((line) => `  ${line}`)];

const numbered = (step: string, index: number): string => `${String(index + 1)}. ${step}`;

/** The steps to take, one a line. */
export const stepLines = ({ nextSteps }: AlertText): readonly string[] => nextSteps.map(numbered);

/** The whole alert as lines of plain text, without the link to the runbook. */
export const textLines = (text: AlertText): readonly string[] => [
  text.headline,
  '',
  ...text.facts.flatMap(factLines),
  '',
  'What to do:',
  ...stepLines(text),
];
