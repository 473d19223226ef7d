import fc from 'fast-check';
import { cleanNow } from '@stepgate/testing';
import { authenticators } from '../src/attempt.js';
import { evaluate, explain } from '../src/evaluate.js';
import { signalNames } from '../src/evidence.js';
import { strictest, stepUpFor } from '../src/outcome.js';
import { valueOf } from '../src/signal.js';
import { outcomes, type Outcome } from '../src/policy.js';
import { anyEvidence, anyNumber } from './arbitrary/evidence.js';
import { anyDecide, anyPolicy, anyRules } from './arbitrary/policy.js';
import { propertyOptions } from './property-options.js';

const strictness = (outcome: Outcome): number => outcomes.indexOf(outcome);

describe('evaluate, on any evidence under any policy', () => {
  it('never throws, and makes a score between 0 and 100 that the points add up to', () => {
    fc.assert(
      fc.property(
        anyEvidence,
        anyPolicy,
        anyRules,
        anyNumber,
        (evidence, ...[policy, rules, now]) => {
          const { decision } = explain(evidence, { ...policy, rules }, now);
          expect(Number.isFinite(decision.score)).toBe(true);
          expect(decision.score).toBeGreaterThanOrEqual(0);
          expect(decision.score).toBeLessThanOrEqual(100);
          expect(decision.findings.reduce((sum, { points }) => sum + points, 0)).toBe(
            decision.score,
          );
        },
      ),
      propertyOptions(1500),
    );
  });

  it('decides as it explains, and twice the same', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyRules, (evidence, policy, rules) => {
        const ruled = { ...policy, rules };
        const { decision } = explain(evidence, ruled, cleanNow);
        expect(evaluate(evidence, ruled, cleanNow)).toStrictEqual(decision);
      }),
      propertyOptions(500),
    );
  });

  it('marks every part that could not be read, and none else', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, (evidence, policy) => {
        const { degraded, findings } = evaluate(evidence, policy, cleanNow);
        const missing = signalNames.filter((name) => evidence[name].state === 'unavailable');
        expect(degraded).toStrictEqual(missing);
        expect(findings.filter(({ reason }) => reason === 'signal_unavailable')).toHaveLength(
          missing.length,
        );
      }),
      propertyOptions(500),
    );
  });

  it('offers no authenticator that is forbidden or not enrolled, and the best first', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyRules, (evidence, policy, rules) => {
        const { outcome, stepUp } = evaluate(evidence, { ...policy, rules }, cleanNow);
        expect(stepUp === null).toBe(outcome !== 'step_up');
        if (stepUp === null) return;
        const { authenticators: offered, forbidden } = stepUp;
        const { authenticators: enrolled } = evidence.attempt;
        expect(offered.filter((one) => forbidden.includes(one))).toStrictEqual([]);
        expect(offered.filter((one) => enrolled?.includes(one) === false)).toStrictEqual([]);
        expect(offered).toStrictEqual(authenticators.filter((one) => offered.includes(one)));
        expect(stepUp.enrolmentRequired).toBe(offered.length === 0);
      }),
      propertyOptions(1000),
    );
  });

  it('offers no authenticator that is too weak for the level or for a limit exceeded', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, (evidence, policy) => {
        const { stepUp, level } = evaluate(evidence, policy, cleanNow);
        const exceeded = (valueOf(evidence.limits) ?? []).filter((usage) => usage.exceeded);
        const demands = exceeded.flatMap(
          ({ name }) => policy.limits.find((limit) => limit.name === name)?.then ?? [],
        );
        for (const demand of [policy.decide[level], ...demands]) {
          const atMost = stepUpFor(demand, evidence.attempt.authenticators).authenticators;
          const beyond = stepUp?.authenticators.filter((one) => !atMost.includes(one)) ?? [];
          expect(beyond).toStrictEqual([]);
        }
      }),
      propertyOptions(1000),
    );
  });

  it('is never looser under a stricter table of levels', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyDecide, (evidence, policy, more) => {
        const { low, medium, high } = policy.decide;
        const decide = {
          low: strictest(low, more.low),
          medium: strictest(medium, more.medium),
          high: strictest(high, more.high),
        };
        const before = evaluate(evidence, policy, cleanNow);
        const after = evaluate(evidence, { ...policy, decide }, cleanNow);
        expect(strictness(after.outcome)).toBeGreaterThanOrEqual(strictness(before.outcome));
        if (before.stepUp === null || after.stepUp === null) return;
        const { authenticators: offered } = before.stepUp;
        expect(after.stepUp.authenticators.filter((one) => !offered.includes(one))).toStrictEqual(
          [],
        );
      }),
      propertyOptions(1000),
    );
  });
});
