import fc, { type Arbitrary } from 'fast-check';
import {
  cleanEvidence,
  cleanHistory,
  cleanIn,
  cleanNow,
  ruleOf,
  sourceVelocity,
  windowCounts,
} from '@stepgate/testing';
import { evaluate } from '../src/evaluate.js';
import {
  signalNames,
  type Evidence,
  type LimitUsage,
  type SourceVelocity,
} from '../src/evidence.js';
import { outcomes, type Outcome } from '../src/policy.js';
import { absent, observed, unavailable, valueOf } from '../src/signal.js';
import { anyEvidence } from './arbitrary/evidence.js';
import { anyDemand, anyPolicy, anyRules } from './arbitrary/policy.js';
import { propertyOptions } from './property-options.js';

const strictness = (outcome: Outcome): number => outcomes.indexOf(outcome);

const sourceOf = (source: Evidence['source']): SourceVelocity =>
  valueOf(source) ?? sourceVelocity({});

/** Ways to turn one signal bad; each keeps the rest of the evidence. */
const worse: Readonly<Record<string, (evidence: Evidence) => Partial<Evidence>>> = {
  'a strange device': ({ history }) => ({
    history: observed({ ...(valueOf(history) ?? cleanHistory()), device: null }),
  }),
  'a new country': ({ history }) => ({
    history: observed({ ...(valueOf(history) ?? cleanHistory()), countrySeen: false }),
  }),
  'a new network': ({ history }) => ({
    history: observed({ ...(valueOf(history) ?? cleanHistory()), asnSeen: false }),
  }),
  'a listed address': ({ reputation }) => ({
    reputation: observed([...(valueOf(reputation) ?? []), 'tor' as const]),
  }),
  'a script': ({ userAgent }) => {
    const known = valueOf(userAgent) ?? valueOf(cleanEvidence().userAgent);
    return known === null ? {} : { userAgent: observed({ ...known, automated: true }) };
  },
  'no user agent': () => ({ userAgent: absent }),
  'failures of the subject': () => ({ subjectFailures: observed(windowCounts(1e6)) }),
  'failures from many sources': () => ({ subjectSources: observed(windowCounts(1e6)) }),
  'failures from the source': ({ source }) => ({
    source: observed({ ...sourceOf(source), failures: windowCounts(1e6) }),
  }),
  'spraying from the source': ({ source }) => ({
    source: observed({ ...sourceOf(source), failedSubjects: windowCounts(1e6) }),
  }),
  'spraying from the block': ({ source }) => ({
    source: observed({ ...sourceOf(source), blockSubjects: { tuned: 1e6, last10m: 1e6 } }),
  }),
  'spraying from the network': ({ source }) => ({
    source: observed({ ...sourceOf(source), networkSubjects: { tuned: 1e6, last1h: 1e6 } }),
  }),
  'an address that the subject never used': ({ source }) => ({
    source: observed({ ...sourceOf(source), subjectProven: false }),
  }),
  'an address of few': ({ source }) => ({
    source: observed({ ...sourceOf(source), provenSubjects: 0 }),
  }),
  'one more unanswered prompt': ({ push }) => {
    const known = valueOf(push) ?? valueOf(cleanEvidence().push);
    return known === null ? {} : { push: observed({ ...known, ladder: known.ladder + 1 }) };
  },
  'one more prompt that waits': ({ push }) => {
    const known = valueOf(push) ?? valueOf(cleanEvidence().push);
    return known === null ? {} : { push: observed({ ...known, pending: known.pending + 1 }) };
  },
  'an attack that began earlier': ({ push }) => {
    const known = valueOf(push) ?? valueOf(cleanEvidence().push);
    return known === null ? {} : { push: observed({ ...known, since: -1e308 }) };
  },
  'a tired approval': ({ push }) => {
    const known = valueOf(push) ?? valueOf(cleanEvidence().push);
    return known === null ? {} : { push: observed({ ...known, unansweredBeforeApproval: 99 }) };
  },
  'a limit exceeded': ({ limits }) => {
    const used: LimitUsage = {
      name: 'one',
      per: 'subject',
      max: 5,
      windowMs: 600_000,
      count: 5,
      exceeded: true,
    };
    return { limits: observed([...(valueOf(limits) ?? []), used]) };
  },
  'a lock that no device is older than': () => ({
    lock: observed({
      reason: 'push_fatigue' as const,
      since: -1e308,
      until: cleanNow + 1,
      exceptKnownDevice: false,
    }),
  }),
  'a breached credential': () => ({ credentialBreachedAt: observed(cleanNow) }),
};

/** Readable: what an attacker wins by breaking a source is the business of the properties below. */
const readableEvidence: Arbitrary<Evidence> = anyEvidence.map((evidence) => {
  const clean = cleanEvidence();
  const readable = signalNames.map((name) => [
    name,
    evidence[name].state === 'observed' ? evidence[name] : clean[name],
  ]);
  return { ...evidence, ...Object.fromEntries(readable) } as Evidence;
});

describe.each(Object.entries(worse))('%s', (_what, worsen) => {
  it('never lowers score or outcome', () => {
    fc.assert(
      fc.property(
        readableEvidence,
        anyPolicy,
        fc.option(anyDemand, { nil: null }),
        (evidence, policy, then) => {
          // A rule may decide, but not on what was found.
          const governing = { ...policy, rules: then === null ? [] : [ruleOf('own rule', then)] };
          const before = evaluate(evidence, governing, cleanNow);
          const after = evaluate({ ...evidence, ...worsen(evidence) }, governing, cleanNow);
          expect(after.score).toBeGreaterThanOrEqual(before.score);
          expect(strictness(after.outcome)).toBeGreaterThanOrEqual(strictness(before.outcome));
        },
      ),
      propertyOptions(150),
    );
  });
});

describe('more points to any detector', () => {
  it('never lower score or outcome', () => {
    fc.assert(
      fc.property(
        anyEvidence,
        anyPolicy,
        fc.integer({ min: 0, max: 100 }),
        (evidence, policy, more) => {
          const { device_unseen: tuned } = policy.detectors;
          const dearer = {
            ...policy,
            detectors: {
              ...policy.detectors,
              device_unseen:
                tuned === null
                  ? { points: more, looksKnownPoints: more, changedPoints: more }
                  : { ...tuned, points: tuned.points + more },
            },
          };
          const before = evaluate(evidence, policy, cleanNow);
          const after = evaluate(evidence, dearer, cleanNow);
          expect(after.score).toBeGreaterThanOrEqual(before.score);
          expect(strictness(after.outcome)).toBeGreaterThanOrEqual(strictness(before.outcome));
        },
      ),
      propertyOptions(500),
    );
  });
});

describe.each(signalNames)('%s', (signal) => {
  it.each([
    ['absent', absent],
    ['unavailable', unavailable('broken')],
  ])('is never cheaper when it is %s than when it is present and clean', (_state, missing) => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, anyRules, (evidence, policy, rules) => {
        const governing = { ...policy, rules };
        const clean = evaluate(cleanIn(evidence, signal), governing, cleanNow);
        const without = evaluate(
          { ...cleanIn(evidence, signal), [signal]: missing },
          governing,
          cleanNow,
        );
        expect(without.score).toBeGreaterThanOrEqual(clean.score);
        expect(strictness(without.outcome)).toBeGreaterThanOrEqual(strictness(clean.outcome));
      }),
      propertyOptions(100),
    );
  });
});
