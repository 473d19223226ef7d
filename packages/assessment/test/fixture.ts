import { absent, observed, type Policy } from '@stepgate/engine';
import type { DecisionInput, EventInput } from '@stepgate/contracts';
import {
  cleanAttempt,
  cleanFamiliarity,
  cleanHistory,
  policyWith,
  quietPush,
  sourceVelocity,
  windowCounts,
} from '@stepgate/testing';
import type {
  Admission,
  AdmissionRequest,
  AssessmentObserver,
  AttemptStore,
  DecisionRecord,
  DecisionStore,
  DeviceTokens,
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
  durable?: boolean;
}

const pseudonyms = {
  subject: 'sub_alice',
  source: 'src_home',
  device: 'dev_laptop',
  fingerprint: null,
  traits: '',
};

export const dayMs = 86_400_000;
export const tokenDays = 180;

/** Tokens that anybody could make: the real ones are tested where they are made. */
export const plainTokens: DeviceTokens = {
  issue: ({ holder, deviceId, now }) => ({
    text: JSON.stringify([deviceId, holder.subject, now]),
    expiresAt: now + tokenDays * dayMs,
  }),
  read: (text, { holder, now }) => {
    if (!text.startsWith('[')) return { kind: 'tampered' };
    const [deviceId, subject, issuedAt] = JSON.parse(text) as [string, string, number];
    if (subject !== holder.subject) return { kind: 'foreign_subject' };
    const expiresAt = issuedAt + tokenDays * dayMs;
    return expiresAt > now ? { kind: 'valid', deviceId, issuedAt, expiresAt } : { kind: 'expired' };
  },
};

export const admitted = (
  overrides: Partial<Extract<Admission, { kind: 'admitted' }>['state']> = {},
): Admission => ({
  kind: 'admitted',
  decisionId: '01a20bb7-41ee-7390-96c6-f93c814801e8',
  at,
  pseudonyms,
  state: {
    history: cleanHistory(),
    ownTraits: cleanFamiliarity().own,
    subjectFailures: windowCounts(0),
    subjectSources: windowCounts(0),
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
  const admissions: AdmissionRequest[] = [];
  const decided: Told<'decided'>[] = [];
  const completed: Told<'completed'>[] = [];
  const secured: Told<'secured'>[] = [];
  const asksToSecure: number[] = [];
  let time = 0;
  const attempts: AttemptStore = {
    admitAttempt: (request) => {
      budgets.push(request.budgetMs);
      admissions.push(request);
      return script.admission?.() ?? Promise.resolve(admitted());
    },
    pseudonymsOf: ({ deviceId }) =>
      deviceId === null ? pseudonyms : { ...pseudonyms, device: `dev_${deviceId}` },
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
      populations: { current: () => null, keepUp: () => Promise.resolve() },
      deviceTokens: plainTokens,
      policies: { policyFor: () => policy, byName: () => policy },
      observer: {
        decided: (told: Told<'decided'>) => decided.push(told),
        completed: (told: Told<'completed'>) => completed.push(told),
        eventRecorded: () => undefined,
        secured: (told: Told<'secured'>) => secured.push(told),
      },
      durability: {
        secured: (budgetMs: number) => {
          asksToSecure.push(budgetMs);
          return Promise.resolve(script.durable ?? true);
        },
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
    admissions,
    decided,
    completed,
    secured,
    asksToSecure,
  };
};

export const unsaid = { id: null, token: null, managed: null, fingerprint: null };

export const input = (overrides: Partial<DecisionInput> = {}): DecisionInput => ({
  attempt: cleanAttempt(),
  attemptId: null,
  address: '203.0.113.7',
  userAgent: null,
  rttMs: null,
  device: { ...unsaid, id: 'laptop' },
  ...overrides,
});

export const asked = { bodyHash: '', time: { devNow: null, receivedAt: at + 5 } };

export const event = (overrides: Partial<EventInput> = {}): EventInput => ({
  id: 'e1',
  type: 'login_succeeded',
  subject: { type: 'user', id: 'alice' },
  groups: [],
  occurredAt: null,
  userAgent: null,
  rttMs: null,
  compromisedSince: null,
  decisionId: null,
  address: null,
  deviceId: null,
  promptId: null,
  ...overrides,
});
