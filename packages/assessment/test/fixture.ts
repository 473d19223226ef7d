import { absent, observed, type Policy } from '@stepgate/engine';
import type { DecisionInput, EventInput } from '@stepgate/contracts';
import {
  cleanAttempt,
  cleanHistory,
  policyWith,
  quietPush,
  sourceVelocity,
  windowCounts,
} from '@stepgate/testing';
import type {
  Admission,
  AssessmentObserver,
  AttemptStore,
  DecisionRecord,
  DecisionStore,
  EventStore,
  OpenDecision,
  Settlement,
  SettlementRequest,
} from '../src/index.js';

export const at = Date.UTC(2026, 2, 3, 10);

type Told<K extends keyof AssessmentObserver> = Parameters<AssessmentObserver[K]>[0];

export interface Script {
  admission?: () => Promise<Admission>;
  record?: (record: DecisionRecord) => Promise<DecisionRecord>;
  found?: DecisionRecord | null;
  open?: () => OpenDecision | null;
  settlements?: Settlement[];
}

const pseudonyms = { subject: 'sub_alice', source: 'src_home', device: 'dev_laptop' };

export const admitted = (
  overrides: Partial<Extract<Admission, { kind: 'admitted' }>['state']> = {},
): Admission => ({
  kind: 'admitted',
  decisionId: '01a20bb7-41ee-7390-96c6-f93c814801e8',
  at,
  pseudonyms,
  state: {
    history: cleanHistory(),
    subjectFailures: windowCounts(0),
    source: sourceVelocity({}),
    push: quietPush(),
    limits: [],
    lock: null,
    credentialBreachedAt: null,
    accountRiskAt: null,
    ...overrides,
  },
});

/** Ports that follow a script and remember what they were asked: what Redis does is tested on Redis. */
export const scriptedPorts = (script: Script, policy: Policy = policyWith()) => {
  const events: Parameters<EventStore['recordEvent']>[0][] = [];
  const settled: SettlementRequest[] = [];
  const budgets: (number | undefined)[] = [];
  const decided: Told<'decided'>[] = [];
  const completed: Told<'completed'>[] = [];
  let time = 0;
  const attempts: AttemptStore = {
    admitAttempt: (request) => {
      budgets.push(request.budgetMs);
      return script.admission?.() ?? Promise.resolve(admitted());
    },
    pseudonymsOf: () => pseudonyms,
    newDecisionId: () => '01a20bb7-0000-7000-8000-000000000000',
  };
  const decisions: DecisionStore = {
    recordDecision: ({ record, budgetMs }) => {
      budgets.push(budgetMs);
      return script.record?.(record) ?? Promise.resolve(record);
    },
    findDecision: () => Promise.resolve(script.found ?? null),
    openDecision: () => Promise.resolve(script.open?.() ?? null),
    settleDecision: (request) => {
      settled.push(request);
      return Promise.resolve(script.settlements?.shift() ?? 'consumed');
    },
  };
  return {
    deps: {
      attempts,
      decisions,
      events: {
        recordEvent: (request: Parameters<EventStore['recordEvent']>[0]) => {
          events.push(request);
          return Promise.resolve({ fresh: true, alerts: 0, rung: null });
        },
      },
      addressIntel: {
        lookUp: () => ({ geo: absent, network: absent, reputation: observed([]) }),
      },
      userAgents: { parse: () => absent },
      policies: { policyFor: () => policy, byName: () => policy },
      observer: {
        decided: (told: Told<'decided'>) => decided.push(told),
        completed: (told: Told<'completed'>) => completed.push(told),
        eventRecorded: () => undefined,
      },
      stopwatch: () => time,
      stateBudgetMs: 125,
    },
    pass: (ms: number) => {
      time += ms;
    },
    events,
    settled,
    budgets,
    decided,
    completed,
  };
};

export const input = (overrides: Partial<DecisionInput> = {}): DecisionInput => ({
  attempt: cleanAttempt(),
  attemptId: null,
  address: '203.0.113.7',
  userAgent: null,
  device: { id: 'laptop', managed: null },
  ...overrides,
});

export const asked = { bodyHash: '', time: { devNow: null, receivedAt: at + 5 } };

export const event = (overrides: Partial<EventInput> = {}): EventInput => ({
  id: 'e1',
  type: 'login_succeeded',
  subject: { type: 'user', id: 'alice' },
  groups: [],
  occurredAt: null,
  decisionId: null,
  address: null,
  deviceId: null,
  promptId: null,
  ...overrides,
});
