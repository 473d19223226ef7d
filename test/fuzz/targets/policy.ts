import { parsePolicy, parsePolicyTests } from '@stepgate/policy';
import { hostileConditions, hostilePolicies } from '@stepgate/testing';
import { promise, type FuzzTarget } from '../target.js';

const asRule = (condition: string): string =>
  `stepgate: v1\npolicy: a\nrules: [{name: r, when: ${JSON.stringify(condition)}, decision: allow}]`;

/** A policy, or problems with a place and bounded texts; the same every time. */
export const policy: FuzzTarget = {
  name: 'policy',
  words: [
    ...['&a ', '*a', '<<: ', '!!js/function ', '- ', '? ', '|\n', '>\n', '---\n', '.nan', '.inf'],
    ...[
      'when: "',
      'has(',
      'geo.country',
      ' in ',
      ' && ',
      '.exists(x, ',
      '.matches("(a+)+$")',
      '10m',
    ],
    ...['decide: ', 'rules: ', 'signals: ', 'levels: ', 'allow', 'deny', '  '],
  ],
  starts: () =>
    [...hostilePolicies.map(([, text]) => text), ...hostileConditions.map(asRule)]
      .filter((text) => text.length < 20_000)
      .map((text) => Buffer.from(text)),
  check: (input) => {
    const text = input.toString();
    const parsed = parsePolicy(text, { version: 'v' });
    promise(
      parsePolicy(text, { version: 'v' }).kind === parsed.kind,
      'the same text is judged in two ways',
    );
    parsePolicyTests(text);
    if (parsed.kind !== 'problems') return;
    promise(parsed.problems.length > 0, 'it is refused without a problem');
    for (const { line, column, message } of parsed.problems) {
      promise(line >= 1 && column >= 1, 'a problem has no place');
      promise(message.length > 0 && message.length < 2_000, 'a problem has no bounded text');
    }
  },
};
