import { parsePolicy } from '@stepgate/policy';
import { conditionOf, scope } from './fixtures/conditions.js';
import { createConditionCompiler } from '../src/condition/compile-condition.js';
import { hostileConditions } from '@stepgate/testing';

const compile = createConditionCompiler(scope);

describe('a hostile condition', () => {
  it.each(hostileConditions.map((text) => [text.slice(0, 70), text] as const))(
    '%j is refused at load, in time',
    (_shown, text) => {
      const before = process.cpuUsage();
      const compiled = compile(text);
      const { user, system } = process.cpuUsage(before);
      expect(compiled.kind).toBe('problems');
      const problems = compiled.kind === 'problems' ? compiled.problems : [];
      expect(problems.length).toBeGreaterThan(0);
      for (const { message, offset } of problems) {
        expect(message.length).toBeGreaterThan(5);
        expect(message.length).toBeLessThan(600);
        expect(offset).toBeLessThanOrEqual(text.length);
      }
      expect((user + system) / 1000).toBeLessThan(100);
    },
  );

  it('is one of at least sixty', () => {
    expect(hostileConditions.length).toBeGreaterThanOrEqual(60);
  });

  it('is refused inside a policy file too, with its place in the file', () => {
    const text = `stepgate: v1\npolicy: a\nrules:\n  - name: r\n    when: "subject.id.matches('(a+)+$')"\n    decision: allow\n`;
    const parsed = parsePolicy(text, { version: 'v' });
    expect(parsed).toMatchObject({
      kind: 'problems',
      problems: [{ line: 5, path: 'rules[0].when' }],
    });
  });

  it('that computes a forbidden name reads own keys only', () => {
    const condition = conditionOf('context["constr" + "uctor"] != null');
    const result = condition({ context: {} });
    expect(result.met).toBe(false);
    expect(result.cause).toContain('No such key');
  });

  it('cannot be made quadratic by a long list from the request', () => {
    const condition = conditionOf('context.a.all(x, x in context.b)');
    const long = Array.from({ length: 8000 }, () => 1);
    const before = process.cpuUsage();
    expect(condition({ context: { a: long, b: [...long.slice(1), 2] } })).toEqual({
      met: false,
      cause: 'a list is longer than 256 entries',
    });
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(50);
    expect(condition({ context: { a: [1, 2], b: [2, 1] } })).toEqual({ met: true });
  });
});
