import { cleanHistory, sourceVelocity } from '@stepgate/testing';
import { detectors } from '../src/detectors/index.js';
import type { ReputationCategory, UserAgent } from '../src/evidence.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { describeDetector, type DetectorCase } from './detector-table.js';

const gone = unavailable('timeout');

const listed = (categories: readonly ReputationCategory[], points: number): DetectorCase => ({
  when: `costs ${String(points)} on the lists ${categories.join(', ')}`,
  evidence: { reputation: observed(categories) },
  finding: { reason: 'ip_listed', points, detail: { categories } },
});

interface Abuse {
  readonly categories?: readonly ReputationCategory[];
  readonly provenSubjects?: number;
  readonly subjectProven?: boolean;
  readonly device?: null;
}

/** On a known device at a shared address that its owner uses, but for what a case says. */
const abuseAt = (
  cases: readonly (readonly [when: string, told: Abuse, points: number])[],
): readonly DetectorCase[] =>
  cases.map(([when, told, points]) => {
    const { categories = ['abuse'], provenSubjects = 5, subjectProven = true, device } = told;
    return {
      when,
      evidence: {
        reputation: observed(categories),
        source: observed(sourceVelocity({ provenSubjects, subjectProven })),
        history: observed(cleanHistory(device === null ? { device } : {})),
      },
      finding: points === 0 ? null : { reason: 'ip_listed', points, detail: { categories } },
    };
  });

describeDetector('ip_listed', [
  listed(['tor'], 35),
  listed(['vpn'], 10),
  listed(['hosting'], 15),
  listed(['relay'], 5),
  listed(['abuse'], 30),
  // The dearest, not the sum.
  listed(['hosting', 'tor', 'abuse'], 35),
  // A list that costs nothing is named beside one that does.
  listed(['relay', 'mobile'], 5),
  ...(['mobile', 'satellite'] as const).map((category) => ({
    when: `is silent on ${category}, which costs nothing`,
    evidence: { reputation: observed([category]) },
    finding: null,
  })),
  {
    when: 'is silent on a list that the policy makes free',
    evidence: { reputation: observed(['vpn']) },
    settings: {
      ip_listed: {
        ...detectors.ip_listed.defaults,
        points: { ...detectors.ip_listed.defaults.points, vpn: 0 },
      },
    },
    finding: null,
  },
  ...abuseAt([
    ['is silent on abuse from a shared address that its owner uses, on a known device', {}, 0],
    ['costs what another list costs there', { categories: ['abuse', 'tor'] }, 35],
    ['costs all of it at an address of few', { provenSubjects: 4 }, 30],
    ['costs all of it at an address that the subject never used', { subjectProven: false }, 30],
    ['costs all of it on a strange device', { device: null }, 30],
  ]),
  { when: 'is silent on no list', evidence: {}, finding: null },
  { when: 'is silent without an address', evidence: { reputation: absent }, finding: null },
  {
    when: 'is silent when the lists are unavailable',
    evidence: { reputation: gone },
    finding: null,
  },
]);

const script: UserAgent = {
  browser: 'curl',
  browserVersion: '8.5.0',
  os: null,
  osVersion: null,
  deviceType: 'other',
  automated: true,
};

describeDetector('user_agent_automated', [
  {
    when: 'speaks on a script',
    evidence: { userAgent: observed(script) },
    finding: { reason: 'user_agent_automated', points: 15, detail: { browser: 'curl' } },
  },
  {
    when: 'speaks on a missing user agent, at the same price',
    evidence: { userAgent: absent },
    finding: { reason: 'user_agent_automated', points: 15, detail: { browser: null } },
  },
  { when: 'is silent on a browser', evidence: {}, finding: null },
  {
    when: 'is silent on a client without a name that is no script',
    evidence: { userAgent: observed({ ...script, browser: null, automated: false }) },
    finding: null,
  },
  { when: 'is silent when the parser failed', evidence: { userAgent: gone }, finding: null },
]);
