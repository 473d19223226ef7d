import { sourceVelocity, windowCounts } from '@stepgate/testing';
import type { ReputationCategory, UserAgent } from '../src/evidence.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { describeDetector, type DetectorCase } from './detector-table.js';

const gone = unavailable('timeout');

const listed = (categories: readonly ReputationCategory[], points: number): DetectorCase => ({
  when: `costs ${String(points)} on the lists ${categories.join(', ')}`,
  evidence: { reputation: observed(categories) },
  finding: { reason: 'ip_listed', points, detail: { categories } },
});

describeDetector('ip_listed', [
  listed(['tor'], 35),
  listed(['vpn'], 10),
  listed(['hosting'], 15),
  listed(['relay'], 5),
  listed(['abuse'], 30),
  // The dearest, not the sum.
  listed(['hosting', 'tor', 'abuse'], 35),
  {
    when: 'names a list that costs nothing',
    evidence: { reputation: observed(['vpn']) },
    settings: { ip_listed: { points: { tor: 35, vpn: 0, hosting: 15, relay: 5, abuse: 30 } } },
    finding: { reason: 'ip_listed', points: 0, detail: { categories: ['vpn'] } },
  },
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

describeDetector('subject_failures', [
  {
    when: 'speaks at exactly the number of failures',
    evidence: { subjectFailures: observed(windowCounts(5)) },
    finding: {
      reason: 'subject_failures',
      points: 20,
      detail: { failures: 5, window_minutes: 10 },
    },
  },
  {
    when: 'reads the window that the policy tunes, not the fixed ones',
    evidence: { subjectFailures: observed({ ...windowCounts(0), tuned: 7 }) },
    settings: { subject_failures: { points: 12, failures: 7, windowMs: 5_400_000 } },
    finding: {
      reason: 'subject_failures',
      points: 12,
      detail: { failures: 7, window_minutes: 90 },
    },
  },
  {
    when: 'is silent one failure below',
    evidence: { subjectFailures: observed(windowCounts(4)) },
    finding: null,
  },
  {
    when: 'is silent when only a longer window is full',
    evidence: { subjectFailures: observed({ ...windowCounts(100), tuned: 0 }) },
    finding: null,
  },
  { when: 'is silent without counts', evidence: { subjectFailures: absent }, finding: null },
  {
    when: 'is silent when the counts are unavailable',
    evidence: { subjectFailures: gone },
    finding: null,
  },
]);

describeDetector('source_failures', [
  {
    when: 'speaks at exactly the number of failures',
    evidence: { source: observed(sourceVelocity({ failures: 20 })) },
    finding: {
      reason: 'source_failures',
      points: 15,
      detail: { failures: 20, window_minutes: 10 },
    },
  },
  {
    when: 'is silent one failure below',
    evidence: { source: observed(sourceVelocity({ failures: 19 })) },
    finding: null,
  },
  {
    when: 'is silent when only distinct subjects are many',
    evidence: { source: observed(sourceVelocity({ failedSubjects: 500 })) },
    finding: null,
  },
  { when: 'is silent without a source', evidence: { source: absent }, finding: null },
  { when: 'is silent when the source is unavailable', evidence: { source: gone }, finding: null },
]);

describeDetector('source_spraying', [
  {
    when: 'speaks at exactly the number of distinct subjects',
    evidence: { source: observed(sourceVelocity({ failedSubjects: 10 })) },
    finding: {
      reason: 'source_spraying',
      points: 50,
      detail: { distinct_subjects: 10, window_minutes: 10 },
    },
  },
  {
    when: 'is silent one subject below',
    evidence: { source: observed(sourceVelocity({ failedSubjects: 9 })) },
    finding: null,
  },
  {
    when: 'is silent when one subject fails often',
    evidence: { source: observed(sourceVelocity({ failures: 500, failedSubjects: 1 })) },
    finding: null,
  },
  { when: 'is silent without a source', evidence: { source: absent }, finding: null },
  { when: 'is silent when the source is unavailable', evidence: { source: gone }, finding: null },
]);
