import {
  cleanHistory,
  cleanNow,
  dayMs,
  quietPush,
  sourceVelocity,
  windowCounts,
} from '@stepgate/testing';
import type { Evidence } from '../src/evidence.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { describeDetector, type DetectorCase } from './detector-table.js';

const gone = unavailable('timeout');
const strange: Partial<Evidence> = { history: observed(cleanHistory({ device: null })) };

const failures = (count: number): Partial<Evidence> => ({
  subjectFailures: observed(windowCounts(count)),
});

describeDetector('subject_failures', [
  {
    when: 'speaks at exactly the number of failures',
    evidence: { ...strange, ...failures(5) },
    finding: {
      reason: 'subject_failures',
      points: 20,
      detail: { failures: 5, window_minutes: 10 },
    },
  },
  {
    when: 'reads the window that the policy tunes, not the fixed ones',
    evidence: { ...strange, subjectFailures: observed({ ...windowCounts(0), tuned: 7 }) },
    settings: { subject_failures: { points: 12, failures: 7, windowMs: 5_400_000 } },
    finding: {
      reason: 'subject_failures',
      points: 12,
      detail: { failures: 7, window_minutes: 90 },
    },
  },
  {
    when: 'costs a known device nothing, since strangers can cause it',
    evidence: failures(1_000),
    finding: null,
  },
  {
    when: 'costs a device that was let in during a push attack as much as a strange one',
    evidence: { ...failures(5), push: observed(quietPush({ since: cleanNow - 40 * dayMs })) },
    finding: {
      reason: 'subject_failures',
      points: 20,
      detail: { failures: 5, window_minutes: 10 },
    },
  },
  {
    when: 'cannot know the device without a history, and speaks',
    evidence: { ...failures(5), history: gone },
    finding: {
      reason: 'subject_failures',
      points: 20,
      detail: { failures: 5, window_minutes: 10 },
    },
  },
  {
    when: 'is silent one failure below',
    evidence: { ...strange, ...failures(4) },
    finding: null,
  },
  {
    when: 'is silent when only a longer window is full',
    evidence: { ...strange, subjectFailures: observed({ ...windowCounts(100), tuned: 0 }) },
    finding: null,
  },
  {
    when: 'is silent without counts',
    evidence: { ...strange, subjectFailures: absent },
    finding: null,
  },
  {
    when: 'is silent when the counts are unavailable',
    evidence: { ...strange, subjectFailures: gone },
    finding: null,
  },
]);

describeDetector('subject_stuffing', [
  {
    when: 'speaks at exactly the number of sources',
    evidence: { ...strange, subjectSources: observed(windowCounts(5)) },
    finding: { reason: 'subject_stuffing', points: 20, detail: { sources: 5, window_minutes: 60 } },
  },
  {
    when: 'costs a known device nothing, since strangers can cause it',
    evidence: { subjectSources: observed(windowCounts(200)) },
    finding: null,
  },
  {
    when: 'is silent one source below',
    evidence: { ...strange, subjectSources: observed(windowCounts(4)) },
    finding: null,
  },
  {
    when: 'is silent when one source fails often',
    evidence: { ...strange, ...failures(500), subjectSources: observed(windowCounts(1)) },
    finding: null,
  },
  {
    when: 'is silent when the sources are unavailable',
    evidence: { ...strange, subjectSources: gone },
    finding: null,
  },
]);

const from = (counts: Parameters<typeof sourceVelocity>[0]): Partial<Evidence> => ({
  source: observed(sourceVelocity(counts)),
});

const atSource: readonly DetectorCase[] = [
  { when: 'is silent without a source', evidence: { source: absent }, finding: null },
  { when: 'is silent when the source is unavailable', evidence: { source: gone }, finding: null },
];

describeDetector('source_failures', [
  {
    when: 'speaks at exactly the number of failures',
    evidence: from({ failures: 20 }),
    finding: {
      reason: 'source_failures',
      points: 15,
      detail: { failures: 20, window_minutes: 10 },
    },
  },
  {
    when: 'spares the known device of somebody at home there',
    evidence: from({ failures: 500, subjectProven: true }),
    finding: null,
  },
  {
    when: 'does not spare a strange device there',
    evidence: { ...strange, ...from({ failures: 20, subjectProven: true }) },
    finding: {
      reason: 'source_failures',
      points: 15,
      detail: { failures: 20, window_minutes: 10 },
    },
  },
  {
    when: 'is silent one failure below',
    evidence: from({ failures: 19 }),
    finding: null,
  },
  {
    when: 'is silent when only distinct subjects are many',
    evidence: from({ failedSubjects: 500 }),
    finding: null,
  },
  ...atSource,
]);

describeDetector('source_spraying', [
  {
    when: 'speaks at exactly the number of distinct subjects',
    evidence: from({ failedSubjects: 10 }),
    finding: {
      reason: 'source_spraying',
      points: 50,
      detail: { distinct_subjects: 10, window_minutes: 10 },
    },
  },
  {
    when: 'spares the known device of somebody at home there',
    evidence: from({ failedSubjects: 40, subjectProven: true }),
    finding: null,
  },
  {
    when: 'does not spare a strange device there',
    evidence: { ...strange, ...from({ failedSubjects: 10, subjectProven: true }) },
    finding: {
      reason: 'source_spraying',
      points: 50,
      detail: { distinct_subjects: 10, window_minutes: 10 },
    },
  },
  {
    when: 'is silent one subject below',
    evidence: from({ failedSubjects: 9 }),
    finding: null,
  },
  {
    when: 'is silent when one subject fails often',
    evidence: from({ failures: 500, failedSubjects: 1 }),
    finding: null,
  },
  ...atSource,
]);

describeDetector('network_spraying', [
  {
    when: 'speaks at exactly the number of subjects in the block',
    evidence: from({ blockSubjects: 20 }),
    finding: {
      reason: 'network_spraying',
      points: 25,
      detail: { scope: 'block', distinct_subjects: 20, window_minutes: 10 },
    },
  },
  {
    when: 'speaks at exactly the number of subjects in the network, for less',
    evidence: from({ networkSubjects: 50, blockSubjects: 19 }),
    finding: {
      reason: 'network_spraying',
      points: 10,
      detail: { scope: 'network', distinct_subjects: 50, window_minutes: 60 },
    },
  },
  {
    when: 'counts the dearer scope, not both',
    evidence: from({ networkSubjects: 300, blockSubjects: 30 }),
    finding: {
      reason: 'network_spraying',
      points: 25,
      detail: { scope: 'block', distinct_subjects: 30, window_minutes: 10 },
    },
  },
  {
    when: 'spares the known device of somebody at home there',
    evidence: from({ networkSubjects: 300, blockSubjects: 30, subjectProven: true }),
    finding: null,
  },
  {
    when: 'is silent below both',
    evidence: from({ networkSubjects: 49, blockSubjects: 19 }),
    finding: null,
  },
  ...atSource,
]);
