import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '@stepgate/engine';
import type { PolicyTests } from '@stepgate/policy';
import {
  createPolicySet,
  lintPolicySet,
  parsePolicy,
  parsePolicyTests,
  policyJsonSchema,
  runPolicyTests,
} from '@stepgate/policy';

const directory = join(__dirname, '../../../infra/policies');
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

const read = (file: string): string => readFileSync(join(directory, file), 'utf8');

const policyNamed = (name: string): Policy => {
  const parsed = parsePolicy(read(`${name}.yaml`), { version: 'sha256:test', file: name });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.policy;
};

const testsNamed = (name: string): PolicyTests => {
  const parsed = parsePolicyTests(read(`${name}.test.yaml`));
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.tests;
};

describe('the shipped policies', () => {
  it('are the four that the README promises', () => {
    expect(names).toEqual(['admin', 'clinic', 'customers', 'workforce']);
  });

  it.each(names)('%s carries its file name and tells editors its schema', (name) => {
    expect(policyNamed(name).name).toBe(name);
    expect(read(`${name}.yaml`)).toMatch(
      /^# yaml-language-server: \$schema=policy\.schema\.json\n/,
    );
  });

  it.each(names)('%s has at least eight golden cases beside it', (name) => {
    expect(testsNamed(name).cases.length).toBeGreaterThanOrEqual(8);
  });

  describe.each(names)('%s', (name) => {
    const results = runPolicyTests(policyNamed(name), testsNamed(name));
    it.each(results.map((result) => [result.it, result] as const))('%s', (_sentence, result) => {
      expect(result.differences).toEqual([]);
    });
  });

  it('form a set without problems', () => {
    expect(lintPolicySet(names.map(policyNamed))).toEqual([]);
  });

  it.each([
    ['payroll', 'workforce'],
    ['shop', 'customers'],
    ['shop-returns', 'customers'],
    ['shopping', 'workforce'],
    ['ehr', 'clinic'],
    ['clinic-lab', 'clinic'],
    ['admin-console', 'admin'],
    [null, 'workforce'],
  ])('govern the application %s by %s', (application, expected) => {
    const set = createPolicySet(names.map(policyNamed));
    const question = { tenant: 'example', application, groups: [], action: 'login' };
    expect(set.policyFor(question).name).toBe(expected);
  });

  it('have the JSON Schema of this version beside them', () => {
    const schema = `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(join(directory, 'policy.schema.json'), schema);
    }
    // On failure: UPDATE_DOCS=1 npx jest packages/policy/test/shipped-policies
    expect(JSON.parse(read('policy.schema.json'))).toEqual(JSON.parse(schema));
  });
});
