import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Facts } from '@stepgate/engine';
import { parsePolicy, parsePolicyTests } from '@stepgate/policy';
import { createRunEnvironment } from '../src/condition/cel-environment.js';
import { conditionOf, facts, scope } from './fixtures/conditions.js';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2_147_483_647);
const runs = { seed, numRuns: 150 };

const directory = join(__dirname, '../../../infra/policies');
const policies = ['workforce', 'customers', 'clinic', 'admin'].map((name) =>
  readFileSync(join(directory, `${name}.yaml`), 'utf8'),
);
const golden = readFileSync(join(directory, 'admin.test.yaml'), 'utf8');

const fragment = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    ':',
    '-',
    '&a',
    '*a',
    '!!js/function',
    '<<: ',
    '__proto__: ',
    '"',
    "'",
    '|',
    '>',
    '\n',
    '\t',
    ' ',
    '#',
    '? ',
    '%',
    '@',
    '`',
    '\0',
    '\ufeff',
    '\ud800',
    '.nan',
    '-1',
    '1e999',
    'null',
    '~',
    'true',
    '&&',
    '||',
    '!',
    '(',
    ')',
    'geo',
    'in',
    'has(',
    '---\n',
    '...\n',
    '\u2028',
  ),
  fc.string({ maxLength: 6 }),
);

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat(12),
  add: fragment,
});

const edited = (
  text: string,
  edits: readonly { at: number; drop: number; add: string }[],
): string =>
  edits.reduce((sofar, { at, drop, add }) => {
    const start = Math.floor(at * sofar.length);
    return sofar.slice(0, start) + add + sofar.slice(start + drop);
  }, text);

describe(`random edits (FC_SEED=${String(seed)})`, () => {
  it('of a valid policy yield a policy or problems with a place, and never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...policies),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (text, edits) => {
          const parsed = parsePolicy(edited(text, edits), { version: 'v' });
          if (parsed.kind === 'policy') return;
          expect(parsed.problems.length).toBeGreaterThan(0);
          for (const { line, column, message } of parsed.problems) {
            expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
            expect(message).not.toBe('');
          }
        },
      ),
      runs,
    );
  });

  it('of a file of golden cases never throw', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        expect(['tests', 'problems']).toContain(parsePolicyTests(edited(golden, edits)).kind);
      }),
      runs,
    );
  });
});

/** Conditions that read what may be missing, in every way that logic can be put around it. */
const conditions = [
  'geo.precision_km > 10 && device.known',
  "geo.country == 'NL' || device.trusted",
  "!(geo.country == 'NL') || (device.known && hour == 9)",
  "!(geo.country == 'DE' && device.known)",
  "device.known ? geo.country == 'NL' : ip.asn == 64500",
  "(device.known || geo.country == 'NL') && ip.asn in [64500]",
  'has(geo.country) && !device.trusted',
  '(has(geo.country) || device.known) == (ip.asn == 64500)',
  'ip.categories.exists(c, c == geo.country || device.known)',
  "'tor' in ip.categories || geo.precision_km + ip.asn > 5",
  "device.known == device.trusted || !(ip.asn == 64500 || geo.country == 'NL')",
];

const isTrue = (run: (facts: Facts) => unknown, some: Facts): boolean => {
  try {
    return run(some) === true;
  } catch {
    return false;
  }
};

describe(`missing facts (FC_SEED=${String(seed)})`, () => {
  it('leave a condition met exactly when the CEL library says true', () => {
    const environment = createRunEnvironment(scope);
    const compiled = conditions.map((text) => ({
      condition: conditionOf(text),
      run: environment.parse(text),
    }));
    const without = (group: Facts['geo'], keep: readonly boolean[]): Facts['geo'] =>
      Object.fromEntries(Object.entries(group).filter((_, index) => keep[index] ?? true));
    const flips = fc.array(fc.boolean(), { maxLength: 4 });
    fc.assert(
      fc.property(fc.tuple(flips, flips, flips), fc.boolean(), ([geo, device, ip], known) => {
        const some: Facts = {
          ...facts,
          geo: without(facts.geo, geo),
          device: without({ ...facts.device, known }, device),
          ip: without(facts.ip, ip),
        };
        for (const { condition, run } of compiled) {
          expect(condition(some).met).toBe(isTrue(run, some));
        }
      }),
      { ...runs, numRuns: 500 },
    );
  });
});
