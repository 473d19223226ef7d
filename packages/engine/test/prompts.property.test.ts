import fc, { type Arbitrary } from 'fast-check';
import { cleanNow } from '@stepgate/testing';
import { actionNames, adminActions } from '../src/attempt.js';
import type { Decision } from '../src/decision.js';
import { evaluate } from '../src/evaluate.js';
import type { Evidence, PushActivity } from '../src/evidence.js';
import { outcomes } from '../src/policy.js';
import { observed, valueOf } from '../src/signal.js';
import { anyEvidence, anyInstant, anyPush } from './arbitrary/evidence.js';
import { anyPolicy, anyRules } from './arbitrary/policy.js';
import { propertyOptions } from './property-options.js';

/** Every action that the engine knows, as often as any other; the prompts could be read. */
const anyQuestion: Arbitrary<Evidence> = fc
  .tuple(anyEvidence, fc.constantFrom(...actionNames), anyPush)
  .map(([evidence, name, push]) => ({
    ...evidence,
    attempt: { ...evidence.attempt, action: { name, properties: {} } },
    push: evidence.push.state === 'observed' ? evidence.push : observed(push),
  }));

const withPush = (evidence: Evidence, change: (push: PushActivity) => PushActivity): Evidence => {
  const push = valueOf(evidence.push);
  return push === null ? evidence : { ...evidence, push: observed(change(push)) };
};

const expectNotLooser = (before: Decision, after: Decision): void => {
  expect(after.score).toBeGreaterThanOrEqual(before.score);
  expect(outcomes.indexOf(after.outcome)).toBeGreaterThanOrEqual(outcomes.indexOf(before.outcome));
  if (before.stepUp === null || after.stepUp === null) return;
  const { authenticators: offered, numberMatching } = before.stepUp;
  expect(after.stepUp.authenticators.filter((one) => !offered.includes(one))).toStrictEqual([]);
  if (numberMatching) expect(after.stepUp.numberMatching).toBe(true);
};

const more = fc.integer({ min: 1, max: 30 });

describe('whatever is asked, under whatever policy', () => {
  it.each<[string, (push: PushActivity, count: number) => PushActivity]>([
    ['unanswered prompts', (push, count) => ({ ...push, ladder: push.ladder + count })],
    ['prompts that wait', (push, count) => ({ ...push, pending: push.pending + count })],
  ])('more %s never loosen anything', (_what, change) => {
    fc.assert(
      fc.property(
        anyQuestion,
        // Without rules: one may decide on a level, as the policy's author likes.
        anyPolicy,
        more,
        (evidence, policy, count) => {
          const worse = withPush(evidence, (push) => change(push, count));
          expectNotLooser(evaluate(evidence, policy, cleanNow), evaluate(worse, policy, cleanNow));
        },
      ),
      propertyOptions(1000),
    );
  });

  it('a risk to the account never loosens anything', () => {
    fc.assert(
      fc.property(
        anyQuestion,
        anyPolicy,
        fc.tuple(anyRules, anyInstant),
        (evidence, policy, rest) => {
          const [rules, riskAt] = rest;
          const governing = { ...policy, rules };
          const calm = { ...evidence, accountRiskAt: observed(null) };
          const risky = { ...evidence, accountRiskAt: observed(riskAt) };
          expectNotLooser(
            evaluate(calm, governing, cleanNow),
            evaluate(risky, governing, cleanNow),
          );
        },
      ),
      propertyOptions(1000),
    );
  });

  it('a device learnt later never loosens anything', () => {
    fc.assert(
      fc.property(anyQuestion, anyPolicy, more, (evidence, policy, hours) => {
        const history = valueOf(evidence.history);
        if (history === null || history.device === null) return;
        const firstSeenAt = history.device.firstSeenAt + hours * 3_600_000;
        const device = { ...history.device, firstSeenAt };
        const later = { ...evidence, history: observed({ ...history, device }) };
        expectNotLooser(evaluate(evidence, policy, cleanNow), evaluate(later, policy, cleanNow));
      }),
      propertyOptions(1000),
    );
  });
});

describe('a prompt', () => {
  it('is allowed as it is only where nothing forbids push and no number is asked for', () => {
    fc.assert(
      fc.property(anyQuestion, anyPolicy, anyRules, (evidence, policy, rules) => {
        const attempt = {
          ...evidence.attempt,
          action: { name: 'push_challenge', properties: {} },
        };
        const governing = { ...policy, rules };
        const { outcome } = evaluate({ ...evidence, attempt }, governing, cleanNow);
        if (outcome !== 'allow') return;
        const push = valueOf(evidence.push);
        const count = (push?.ladder ?? 0) + (push?.pending ?? 0);
        const reached = policy.pushLadder.counted.includes('ignored')
          ? policy.pushLadder.rungs.filter(({ at }) => at <= count)
          : [];
        expect(reached.filter((rung) => rung.numberMatching)).toStrictEqual([]);
        expect(reached.filter((rung) => rung.forbid.includes('push'))).toStrictEqual([]);
        expect(reached.filter((rung) => rung.require.startsWith('phishing'))).toStrictEqual([]);
      }),
      propertyOptions(1000),
    );
  });
});

describe('enrolment and recovery', () => {
  it('are never allowed within the aftermath, on any device', () => {
    fc.assert(
      fc.property(
        anyQuestion,
        anyPolicy,
        fc.tuple(
          anyRules,
          fc.constantFrom(...adminActions),
          fc.integer({ min: 0, max: 86_399_999 }),
        ),
        (evidence, policy, [rules, name, agoMs]) => {
          const risky: Evidence = {
            ...evidence,
            attempt: { ...evidence.attempt, action: { name, properties: {} } },
            accountRiskAt: observed(cleanNow - agoMs),
          };
          const { outcome, stepUp } = evaluate(risky, { ...policy, rules }, cleanNow);
          expect(outcome).not.toBe('allow');
          const weak = stepUp?.authenticators.filter(
            (one) => one !== 'passkey' && one !== 'security_key',
          );
          expect(weak ?? []).toStrictEqual([]);
        },
      ),
      propertyOptions(1000),
    );
  });
});
