import type { Policy } from '@stepgate/engine';
import type { Problem } from '@stepgate/policy';
import { parsePolicy } from '@stepgate/policy';

const head = 'stepgate: v1\npolicy: p\n';

const policyOf = (body: string): Policy => {
  const parsed = parsePolicy(head + body, { version: 'sha256:abc' });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};

const problemsOf = (text: string): readonly Problem[] => {
  const parsed = parsePolicy(text, { version: 'sha256:abc' });
  return parsed.kind === 'problems' ? parsed.problems : [];
};

const shown = (text: string): string[] =>
  problemsOf(text).map(
    ({ line, column, path, suggestion }) =>
      `${String(line)}:${String(column)} ${path}${suggestion === undefined ? '' : ` ~ ${suggestion}`}`,
  );

describe('limits', () => {
  it.each([
    ['actions: [push_challenge, login], ', ['push_challenge', 'login']],
    ['actions: [], ', []],
    ['', []],
  ])('count the actions that they name, or all: %s', (written, actions) => {
    const body = `limits: [{name: a, per: subject, ${written}max: 3, window: 10m, forbid: [push]}]`;
    expect(policyOf(body).limits[0]).toMatchObject({ actions, then: { forbid: ['push'] } });
  });
});

describe('the push ladder', () => {
  it('takes what it says, and the defaults for the rest', () => {
    const { pushLadder } = policyOf(
      'push_fatigue: {count: [denied], window: 12h, prompt_lifetime: 5m, quiet: 1h, update_every: 5m,' +
        ' aftermath: 3d, campaign: {source: 4, window: 30m, alert: high}}',
    );
    expect(pushLadder).toMatchObject({
      counted: ['denied'],
      windowMs: 43_200_000,
      promptLifetimeMs: 300_000,
      quietMs: 3_600_000,
      updateMs: 300_000,
      aftermathMs: 259_200_000,
      campaign: { source: 4, network: 25, tenant: 10, windowMs: 1_800_000, alert: 'high' },
    });
    expect(pushLadder.rungs.map(({ at }) => at)).toEqual([3, 5, 10]);
  });

  it.each([
    ['{at: 1, number_matching: true}', { numberMatching: true, outcome: 'allow' }],
    ['{at: 1, forbid: [push, sms]}', { forbid: ['push', 'sms'], outcome: 'allow' }],
    ['{at: 1, require: phishing_resistant}', { require: 'phishing_resistant', outcome: 'allow' }],
    ['{at: 1, points: 12.5}', { points: 12.5, require: 'any' }],
    ['{at: 1, alert: low}', { alert: 'low' }],
    ['{at: 1, decision: step_up}', { outcome: 'step_up', require: 'mfa' }],
    ['{at: 1, decision: deny, hold: 1h}', { outcome: 'deny', holdMs: 3_600_000 }],
    [
      '{at: 1, decision: deny, except: known_device, require: phishing_resistant}',
      { outcome: 'deny', exceptKnownDevice: true, require: 'phishing_resistant' },
    ],
  ])('has rungs that each ask for one thing: %s', (rung, expected) => {
    expect(policyOf(`push_fatigue: {rungs: [${rung}]}`).pushLadder.rungs).toMatchObject([expected]);
  });

  it.each([0, 1, 10, 50])('has %i rungs where it says so', (count) => {
    const rungs = Array.from({ length: count }, (_, at) => `{at: ${String(at + 1)}, points: 1}`);
    const { pushLadder } = policyOf(`push_fatigue: {rungs: [${rungs.join(', ')}]}`);
    expect(pushLadder.rungs).toHaveLength(count);
  });

  it('waits at most ten minutes for the answer to a prompt', () => {
    const lifetime = (text: string) => `push_fatigue: {prompt_lifetime: ${text}}`;
    expect(policyOf(lifetime('10m')).pushLadder.promptLifetimeMs).toBe(600_000);
    expect(problemsOf(head + lifetime('11m'))[0]?.message).toBe('is longer than 10m; shorten it');
  });
});

describe('problems', () => {
  it.each([
    ['push_fatigue: {rungs: [{at: 5, decision: step_up, hold: 20m}]}', 'hold needs decision: deny'],
    ['push_fatigue: {rungs: [{at: 5, forbid: [push], except: known_device}]}', 'except needs'],
    ['push_fatigue: {rungs: [{at: 5}]}', 'a rung that asks for nothing'],
    ['push_fatigue: {rungs: [{at: 5, decision: allow}]}', 'a rung that asks for nothing'],
    ['push_fatigue: {window: 1m}', 'shorten prompt_lifetime or lengthen window'],
    ['push_fatigue: {window: 5m, prompt_lifetime: 6m}', 'prompts live for 6m, but count for 5m'],
    ['push_fatigue: {quiet: 5m}', 'shorten update_every or lengthen quiet'],
    ['push_fatigue: {quiet: 90s, update_every: 2m}', 'closes after 90s of quiet'],
    ['push_fatigue: {campaign: {tenant: 1}}', 'must be at least 2'],
    ['push_fatigue: {aftermath: 8d}', 'longer than 168h'],
    [
      'limits: [{name: a, per: subject, max: 1, window: 1m, actions: [login, login]}]',
      'names an action twice',
    ],
    [
      'applies_to: {actions: [login]}\nlimits: [{name: a, per: subject, max: 1, window: 1m, actions: [push_challenge]}]',
      'never counts',
    ],
  ])('say what to do about %s', (body, message) => {
    expect(
      problemsOf(head + body)
        .map((problem) => problem.message)
        .join('\n'),
    ).toContain(message);
  });

  it('of actions, rungs and times point at the word that is wrong, and say which was meant', () => {
    expect(
      shown(`stepgate: v1
policy: p
limits:
  - {name: prompts, per: subject, max: 5, window: 10m, actions: [push_chalenge]}
push_fatigue:
  window: 1m
  prompt_lifetim: 2m
  campaign: {sources: 3}
  rungs:
    - {at: 1, number_maching: true}
    - {at: 2, alert: hihg}
`),
    ).toEqual([
      '4:66 limits[0].actions[0] ~ push_challenge',
      '7:3 push_fatigue.prompt_lifetim ~ prompt_lifetime',
      '8:14 push_fatigue.campaign.sources ~ source',
      '10:15 push_fatigue.rungs[0].number_maching ~ number_matching',
      '11:22 push_fatigue.rungs[1].alert ~ high',
    ]);
    expect(shown(`${head}push_fatigue:\n  quiet: 1h\n  window: 1m\n  update_every: 2h\n`)).toEqual([
      '5:11 push_fatigue.window',
      '6:17 push_fatigue.update_every',
    ]);
  });
});
