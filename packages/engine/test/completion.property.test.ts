import fc, { type Arbitrary } from 'fast-check';
import { amsterdam, cleanNow, sydney } from '@stepgate/testing';
import { authenticators } from '../src/attempt.js';
import { judgeCompletion, type CompletionEvidence } from '../src/completion.js';
import { evaluate } from '../src/evaluate.js';
import { isPhishingResistant } from '../src/outcome.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { anyEvidence, anyInstant, anyLock, anyPush } from './arbitrary/evidence.js';
import { anyPolicy } from './arbitrary/policy.js';
import { propertyOptions } from './property-options.js';

const anyWhere = fc.constantFrom(
  observed(amsterdam),
  observed(sydney),
  absent,
  unavailable('broken'),
);
const anyCompletion: Arbitrary<CompletionEvidence> = fc.record({
  authenticator: fc.constantFrom(...authenticators),
  numberMatched: fc.boolean(),
  push: anyPush,
  lock: fc.option(anyLock, { nil: null }),
  deviceFirstSeenAt: fc.option(anyInstant, { nil: null }),
  enrolled: fc.option(fc.subarray([...authenticators]), { nil: null }),
  loginPlace: anyWhere,
  authenticatorPlace: anyWhere,
});

describe('judgeCompletion, of any completion of any decision', () => {
  it('allows only what was asked for, by what was offered, under no lock', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyCompletion, (evidence, policy, completion) => {
        const asked = evaluate(evidence, policy, cleanNow);
        const judged = judgeCompletion(asked, completion, policy, cleanNow);
        expect(judged.stepUp === null).toBe(judged.outcome !== 'step_up');
        if (judged.outcome !== 'allow') return;
        const { authenticator, numberMatched, lock, deviceFirstSeenAt } = completion;
        expect(asked.outcome).toBe('step_up');
        expect(asked.stepUp?.authenticators).toContain(authenticator);
        if (authenticator === 'push' && asked.stepUp?.numberMatching === true) {
          expect(numberMatched).toBe(true);
        }
        if (lock !== null && lock.until > cleanNow) {
          expect(lock.exceptKnownDevice).toBe(true);
          expect(deviceFirstSeenAt ?? lock.since).toBeLessThan(lock.since);
        }
      }),
      propertyOptions(1000),
    );
  });

  it('asks again only for what was offered before, or for something phishing-resistant', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyCompletion, (evidence, policy, completion) => {
        const asked = evaluate(evidence, policy, cleanNow);
        const { stepUp } = judgeCompletion(asked, completion, policy, cleanNow);
        if (stepUp === null) return;
        const offeredBefore = asked.stepUp?.authenticators ?? [];
        const weaker = stepUp.authenticators.filter(
          (one) => !offeredBefore.includes(one) && !isPhishingResistant(one),
        );
        expect(weaker).toStrictEqual([]);
        expect(stepUp.forbidden).toStrictEqual(
          expect.arrayContaining([...(asked.stepUp?.forbidden ?? [])]),
        );
      }),
      propertyOptions(1000),
    );
  });

  it('keeps the points adding up to the score', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyCompletion, (evidence, policy, completion) => {
        const asked = evaluate(evidence, policy, cleanNow);
        const judged = judgeCompletion(asked, completion, policy, cleanNow);
        expect(judged.findings.reduce((sum, { points }) => sum + points, 0)).toBe(judged.score);
        expect(judged.score).toBeLessThanOrEqual(100);
      }),
      propertyOptions(1000),
    );
  });
});
