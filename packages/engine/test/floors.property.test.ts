import fc from 'fast-check';
import { cleanNow, ruleOf } from '@stepgate/testing';
import { adminActions } from '../src/attempt.js';
import { evaluate } from '../src/evaluate.js';
import type { Evidence } from '../src/evidence.js';
import { attackBeginnings, deviceFirstSeenAt } from '../src/known-device.js';
import { outcomes, type Outcome, type OutcomeSpec, type Policy } from '../src/policy.js';
import { unavailable, valueOf } from '../src/signal.js';
import { anyEvidence } from './arbitrary/evidence.js';
import { anyDemand, anyPolicy } from './arbitrary/policy.js';
import { propertyOptions } from './property-options.js';

const strictness = (outcome: Outcome): number => outcomes.indexOf(outcome);

/** Proven before every attack that is under way. */
const isProven = (evidence: Evidence): boolean => {
  const began = attackBeginnings(valueOf(evidence.push), valueOf(evidence.lock), cleanNow);
  const firstSeenAt = deviceFirstSeenAt(evidence);
  return firstSeenAt !== null && firstSeenAt < Math.min(Infinity, ...began);
};

describe('no rule lifts', () => {
  const strictnessUnder = (evidence: Evidence, policy: Policy, then: OutcomeSpec): number => {
    const ruled = { ...policy, rules: [ruleOf('own rule', then)] };
    return strictness(evaluate(evidence, ruled, cleanNow).outcome);
  };

  it('a limit', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyDemand, (evidence, policy, then) => {
        const exceeded = (valueOf(evidence.limits) ?? []).filter((usage) => usage.exceeded);
        for (const usage of exceeded) {
          const floor =
            policy.limits.find(({ name }) => name === usage.name)?.then.outcome ?? 'deny';
          expect(strictnessUnder(evidence, policy, then)).toBeGreaterThanOrEqual(strictness(floor));
        }
      }),
      propertyOptions(500),
    );
  });

  it('a rung of the ladder', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyDemand, (evidence, policy, then) => {
        const ladder = valueOf(evidence.push)?.ladder ?? 0;
        for (const rung of policy.pushLadder.rungs.filter(({ at }) => at <= ladder)) {
          const spared = rung.exceptKnownDevice && isProven(evidence) && rung.outcome === 'deny';
          const floor = spared ? 'step_up' : rung.outcome;
          expect(strictnessUnder(evidence, policy, then)).toBeGreaterThanOrEqual(strictness(floor));
        }
      }),
      propertyOptions(500),
    );
  });

  it('a lock', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyDemand, (evidence, policy, then) => {
        const lock = valueOf(evidence.lock);
        if (lock === null || lock.until <= cleanNow) return;
        const floor = lock.exceptKnownDevice && isProven(evidence) ? 'step_up' : 'deny';
        expect(strictnessUnder(evidence, policy, then)).toBeGreaterThanOrEqual(strictness(floor));
      }),
      propertyOptions(500),
    );
  });

  it('what it costs that state cannot be read', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyDemand, (evidence, policy, then) => {
        const blind = { ...evidence, lock: unavailable('timeout') };
        const floor = adminActions.includes(evidence.attempt.action.name)
          ? 'deny'
          : policy.degraded.state;
        expect(strictnessUnder(blind, policy, then)).toBeGreaterThanOrEqual(strictness(floor));
      }),
      propertyOptions(500),
    );
  });
});
