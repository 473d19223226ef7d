import { boundsProblem, memberCount } from '../src/index.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const bounds = { maxDepth: 8, maxKeys: 10 };

describe('the bounds of a body', () => {
  it('accept eight levels and refuse nine', () => {
    expect(boundsProblem(nested(8), bounds)).toBeNull();
    expect(boundsProblem(nested(9), bounds)).toBe('nested deeper than 8 levels');
  });

  it('survive a nesting that would overflow a recursive walk', () => {
    expect(boundsProblem(nested(7000), bounds)).toBe('nested deeper than 8 levels');
  });

  it('count fields over all levels', () => {
    const fields = (n: number): object =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${String(i)}`, 1]));
    expect(boundsProblem(fields(10), bounds)).toBeNull();
    expect(boundsProblem({ a: fields(10) }, bounds)).toBe('has more than 10 fields');
  });

  it('refuse a field named __proto__ wherever it stands', () => {
    expect(boundsProblem(JSON.parse('{"a":[{"__proto__":{}}]}'), bounds)).toBe(
      'has a field named __proto__',
    );
  });

  it.each([
    ['{}', 0],
    ['{"a":1,"a":2}', 2],
    ['{"a:b":":","c\\":\\"":{"d":[{"e":"\\\\"}]}}', 4],
    ['[":",{"\\\\\\"":1}]', 1],
  ])('count the members of %s, twice what is there twice', (text, members) => {
    expect(memberCount(text)).toBe(members);
  });

  it('refuse a body with a field twice', () => {
    const text = '{"a":{"b":1,"b":2}}';
    expect(boundsProblem(JSON.parse(text), { ...bounds, members: memberCount(text) })).toContain(
      'twice',
    );
  });
});
