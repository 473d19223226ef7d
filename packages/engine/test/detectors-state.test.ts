import { cleanNow, dayMs, quietPush } from '@stepgate/testing';
import type { LimitUsage } from '../src/evidence.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { describeDetector } from './detector-table.js';

const gone = unavailable('timeout');

const usage = (overrides: Partial<LimitUsage>): LimitUsage => ({
  name: 'attempts',
  per: 'subject',
  max: 10,
  windowMs: 600_000,
  count: 10,
  exceeded: false,
  ...overrides,
});

describeDetector('limit_exceeded', [
  {
    when: 'speaks when a limit is exceeded',
    evidence: { limits: observed([usage({ exceeded: true })]) },
    finding: {
      reason: 'limit_exceeded',
      points: 0,
      detail: { limit: 'attempts', per: 'subject', max: 10, window_minutes: 10 },
    },
  },
  {
    when: 'names the first limit that is exceeded',
    evidence: {
      limits: observed([
        usage({}),
        usage({ name: 'source', per: 'source', max: 50, windowMs: 90_000, exceeded: true }),
        usage({ name: 'tenant', per: 'tenant', exceeded: true }),
      ]),
    },
    settings: { limit_exceeded: { points: 25 } },
    finding: {
      reason: 'limit_exceeded',
      points: 25,
      detail: { limit: 'source', per: 'source', max: 50, window_minutes: 1.5 },
    },
  },
  {
    when: 'is silent on the last attempt that a limit admits',
    evidence: { limits: observed([usage({ count: 10 })]) },
    finding: null,
  },
  { when: 'is silent under a policy without limits', evidence: {}, finding: null },
  { when: 'is silent without counts', evidence: { limits: absent }, finding: null },
  { when: 'is silent when the counts are unavailable', evidence: { limits: gone }, finding: null },
]);

describeDetector('push_approved_after_denials', [
  {
    when: 'speaks at exactly the number of unanswered prompts',
    evidence: { push: observed(quietPush({ unansweredBeforeApproval: 3 })) },
    finding: { reason: 'push_approved_after_denials', points: 60, detail: { unanswered: 3 } },
  },
  {
    when: 'is silent one prompt below',
    evidence: { push: observed(quietPush({ unansweredBeforeApproval: 2 })) },
    finding: null,
  },
  {
    when: 'is silent when prompts were denied and none approved',
    evidence: { push: observed(quietPush({ ladder: 20 })) },
    finding: null,
  },
  { when: 'is silent without prompts', evidence: { push: absent }, finding: null },
  { when: 'is silent when the prompts are unavailable', evidence: { push: gone }, finding: null },
]);

describeDetector('credential_breached', [
  {
    when: 'speaks at the moment of the report',
    evidence: { credentialBreachedAt: observed(cleanNow) },
    finding: { reason: 'credential_breached', points: 40, detail: { reported_days_ago: 0 } },
  },
  {
    when: 'counts whole days',
    evidence: { credentialBreachedAt: observed(cleanNow - 3 * dayMs + 1) },
    finding: { reason: 'credential_breached', points: 40, detail: { reported_days_ago: 2 } },
  },
  {
    when: 'speaks on a report from a clock that runs ahead',
    evidence: { credentialBreachedAt: observed(cleanNow + dayMs) },
    finding: { reason: 'credential_breached', points: 40, detail: { reported_days_ago: 0 } },
  },
  { when: 'is silent when no breach was reported', evidence: {}, finding: null },
  { when: 'is silent without a record', evidence: { credentialBreachedAt: absent }, finding: null },
  {
    when: 'is silent when the record is unavailable',
    evidence: { credentialBreachedAt: gone },
    finding: null,
  },
]);
