import { createConditionCompiler } from '../src/condition/compile-condition.js';
import { conditionOf, scope } from './fixtures/conditions.js';

const problemsOf = (text: string, place: 'signal' | 'rule' = 'rule') => {
  const compiled = createConditionCompiler({ ...scope, place })(text);
  return compiled.kind === 'problems' ? compiled.problems : [];
};

describe('a condition', () => {
  it.each([
    'push.unanswered_10m >= 3',
    '3 <= push.unanswered_10m',
    'push.unanswered_10m == 3',
    '3 == push.unanswered_10m',
    'push.unanswered_10m != 4',
    'push.unanswered_10m + 1 == 4',
    '1 + push.unanswered_10m * 2 == 7',
    'push.unanswered_10m / 2 == 1.5',
    '10 - push.unanswered_10m > 6',
    'hour in [8, 9, 10]',
    'hour in [8, 9.0]',
    '!(hour in [1, 2])',
    'ip.asn == 64500',
    'ip.asn in [64500, 64501]',
    'device.age_days > 12 && device.age_days < 13.0',
    'context.rtt_ms == 38',
    'context.rtt_ms > 37.5',
    'context.rtt_ms in [38]',
    'context.signals.score >= 7',
    'context.signals.vpn == true',
    'context.list[0] == 1',
    '2 in context.list',
    'context.nothing == null',
    'subject.properties.level >= 3',
    'size(subject.groups) == 2',
    'subject.groups.size() > 1',
    "'finance' in subject.groups",
    "subject.groups.exists(g, g.startsWith('fin'))",
    "subject.groups.all(g, g != 'admin')",
    "subject.groups.exists_one(g, g == 'staff')",
    "subject.groups.filter(g, g.contains('f')).size() == 2",
    "subject.id == 'alice' || subject.id == 'bob'",
    "subject.id.endsWith('ce') && resource.type == 'application'",
    "'tor' in ip.categories",
    "in_network(ip.address, 'hospital')",
    "in_network('2001:db8:10:1::5', 'hospital')",
    "in_network('::ffff:198.51.100.9', 'hospital')",
    "!in_network('198.51.101.1', 'hospital')",
    "!in_network('not an address', 'everywhere')",
    'has(geo.country) && !has(geo.region)',
    '!has(device.managed) || !device.managed',
    "'own_reason' in findings && !('travel_impossible' in findings)",
    "risk.level in ['medium', 'high'] && risk.score < 60",
    'timestamp(int(now)).getDayOfWeek() == 1',
    'timestamp(int(now)).getHours() == 9',
    'device.known ? hour > 8 : false',
    "geo.country == 'NL' || geo.region == 'NH'",
    "geo.region == 'NH' || geo.country == 'NL'",
    "subject.id == 'a || b' || hour == 9",
  ])('%s is met', (text) => {
    expect(conditionOf(text)()).toEqual({ met: true });
  });

  it.each([
    'push.unanswered_10m >= 4',
    'hour in [1, 2, 3]',
    'ip.asn == 64501',
    '2.5 in context.list',
    "context.signals.score == 'seven'",
    "in_network('2001:db8:11::1', 'hospital')",
    "risk.level == 'high'",
  ])('%s is not', (text) => {
    expect(conditionOf(text)().met).toBe(false);
  });

  it.each([
    ['geo.speed_kmh > 900', 'geo.speed_kmh is absent or unavailable'],
    ['!device.managed', 'device.managed is absent or unavailable'],
    ['device.known && device.managed', 'device.managed is absent or unavailable'],
    ["geo.region == 'NH' || device.managed", 'geo.region is absent or unavailable'],
    ["!(geo.region == 'NH')", 'geo.region is absent or unavailable'],
    ["context.sent_by.name == 'x'", 'context.sent_by is absent or unavailable'],
    ["context.signals.missing == 'x'", 'No such key: missing'],
    ['context.list.exists(x, x == geo.region)', undefined],
    ["in_network(geo.region, 'hospital')", 'geo.region is absent or unavailable'],
    ['context.rtt_ms.a == 1', 'No such key: a'],
    ["context.rtt_ms.startsWith('3')", expect.stringContaining('no matching overload')],
    ['context.list[7] == 1', expect.stringContaining('out of bounds')],
    ['int(subject.id) == 1', expect.stringContaining('cannot convert')],
  ])('%s is unmet, with a cause, when what it reads is not there', (text, cause) => {
    const result = conditionOf(text)();
    expect(result.met).toBe(false);
    if (cause !== undefined) expect(result.cause).toEqual(cause);
  });

  it('absorbs a missing name where the other side of a logical operator decides', () => {
    expect(conditionOf('(geo.speed_kmh > 900 || device.known) && hour == 9')()).toEqual({
      met: true,
    });
    expect(conditionOf('!(geo.speed_kmh > 900 && !device.known)')()).toEqual({ met: true });
    expect(conditionOf("device.known ? hour == 9 : geo.region == 'x'")()).toEqual({ met: true });
  });

  it('never throws, whatever stands in the facts', () => {
    const condition = conditionOf("context.a.b == 1 || subject.groups.exists(g, g == 'x')");
    const strange = [undefined, null, 1, 'text', [], {}, Number.NaN, new Date(0), () => 1];
    for (const value of strange) {
      const result = condition({ context: { a: value }, subject: { groups: value } });
      expect(result.met).toBe(false);
    }
  });
});

describe('a condition with a mistake', () => {
  it.each([
    ['gео.country == 1', 1, 'Unexpected character', undefined],
    ['push.unanswerd_10m >= 3', 5, 'push has no field "unanswerd_10m"', 'unanswered_10m'],
    ['pus.unanswered_10m >= 3', 0, 'unknown name "pus"', 'push'],
    ["in_network(ip.address, 'hospitl')", 23, 'unknown network "hospitl"', 'hospital'],
    ["in_netwrk(ip.address, 'hospital')", 0, 'unknown function "in_netwrk"', 'in_network'],
    ["subject.id.startWith('a')", 0, 'unknown method "startWith"', 'startsWith'],
    ["'travel_imposible' in findings", 0, 'findings never holds', 'travel_impossible'],
    ["'torr' in ip.categories", 0, 'ip.categories never holds', 'tor'],
    ["risk.level == 'hihg'", 14, 'risk.level never holds', 'high'],
    ["hour == 'nine'", 0, 'these do not go together: number == string', undefined],
    ['hour', 0, 'must be true or false, but is number', undefined],
    ['context.flag', 0, 'compare it', undefined],
  ])('%s is told what and where', (text, ...[offset, message, suggestion]) => {
    const [problem] = problemsOf(text);
    expect(problem?.message).toContain(message);
    expect(problem?.offset).toBe(offset);
    expect(problem?.suggestion).toBe(suggestion);
  });

  it('is told all wrong names at once', () => {
    expect(problemsOf("geo.contry == 'NL' && devce.known && hour == 3")).toMatchObject([
      { offset: 4, suggestion: 'country' },
      { offset: 22, suggestion: 'device' },
    ]);
  });

  it('is told that the score is not known while it is being added up', () => {
    expect(problemsOf('risk.score > 50', 'signal')[0]?.message).toContain('in rules only');
    expect(problemsOf("'rule' in findings", 'signal')[0]?.message).toContain('in rules only');
  });
});
