import { randomUUID } from 'node:crypto';
import type {
  Admission,
  AdmissionRequest,
  CountingRules,
  DecisionRecord,
  EventRequest,
  EventType,
  FatigueRules,
  LearnedLogin,
  LoginTraits,
  SealedAlert,
  SubjectStore,
} from '@stepgate/assessment';
import type { Limit, PushLadder, SubjectRef } from '@stepgate/engine';
import { rungAt } from '@stepgate/testing';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** A Tuesday morning. */
export const morning = Date.UTC(2026, 2, 3, 10, 0, 0);

export const ladder: PushLadder = {
  counted: ['denied', 'ignored', 'reported'],
  windowMs: dayMs,
  rungs: [
    rungAt(3, { numberMatching: true }),
    rungAt(5, { forbid: ['push'], alert: 'high' }),
    rungAt(10, {
      outcome: 'deny',
      holdMs: 20 * minuteMs,
      alert: 'critical',
      exceptKnownDevice: true,
    }),
  ],
  promptLifetimeMs: 2 * minuteMs,
  quietMs: 2 * hourMs,
  updateMs: 10 * minuteMs,
  aftermathMs: dayMs,
  campaign: { source: 10, network: 25, tenant: 10, windowMs: hourMs, alert: 'critical' },
};

export const limit = (overrides: Partial<Limit> = {}): Limit => ({
  name: 'attempts',
  per: 'subject',
  actions: [],
  max: 5,
  windowMs: 10 * minuteMs,
  then: { outcome: 'step_up', require: 'mfa', forbid: [], numberMatching: false },
  ...overrides,
});

export const counting = (overrides: Partial<CountingRules> = {}): CountingRules => ({
  subjectFailuresWindowMs: 10 * minuteMs,
  sourceFailuresWindowMs: 10 * minuteMs,
  sourceSubjectsWindowMs: 10 * minuteMs,
  subjectSourcesWindowMs: hourMs,
  blockSubjectsWindowMs: 10 * minuteMs,
  networkSubjectsWindowMs: hourMs,
  limits: [],
  ladder,
  tiredWindowMs: hourMs,
  policyName: 'workforce',
  ...overrides,
});

export const subject = (id: string = randomUUID()): { type: string; id: string } => ({
  type: 'user',
  id,
});

export const traits: LoginTraits = {
  address: '203.0.113.7',
  asn: '1136',
  country: 'NL',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  browser: 'Firefox 140.0',
  os: 'Linux',
  deviceType: 'desktop',
  rtt: null,
};

export const admission = (overrides: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  tenant: 'acme',
  subject: subject('alice'),
  address: '203.0.113.7',
  deviceId: 'laptop-1',
  fingerprint: null,
  traits,
  attempt: null,
  counting: counting(),
  now: morning,
  ...overrides,
});

export const learned = (overrides: Partial<LearnedLogin> = {}): LearnedLogin => ({
  device: null,
  traits: 'i:home,a:1136,c:NL,u:agent,b:firefox,o:linux,t:desktop,',
  fingerprint: null,
  source: null,
  place: { latitude: 52.3740123, longitude: 4.8896901, precisionKm: 20 },
  phishingResistant: false,
  ...overrides,
});

const rules = (overrides: Partial<FatigueRules> = {}): FatigueRules => ({
  policyName: 'workforce',
  ladder,
  tiredApprovalAt: 3,
  tiredWindowMs: hourMs,
  ...overrides,
});

type EventOverrides = Partial<Omit<EventRequest, 'event' | 'origin' | 'rules'>> & {
  readonly id?: string;
  readonly occurredAt?: number;
  readonly promptId?: string;
  readonly rules?: Partial<FatigueRules>;
} & Partial<EventRequest['origin']>;

export const event = (type: EventType, overrides: EventOverrides = {}): EventRequest => {
  const { id = randomUUID(), occurredAt = null, promptId = null, ...more } = overrides;
  const { address = null, sourcePseudonym = null, devicePseudonym = null, ...others } = more;
  const { country = null, asn = null, rules: tuned, ...rest } = others;
  return {
    tenant: 'acme',
    subject: subject('alice'),
    event: { id, type, occurredAt, promptId },
    origin: { address, sourcePseudonym, devicePseudonym, country, asn },
    learn: null,
    forgetSince: null,
    risky: false,
    rules: rules(tuned),
    now: morning,
    ...rest,
  };
};

/** A message as it lies in the outbox, with nothing in it that names a person. */
export const sealedAlert: SealedAlert = {
  id: 'alr_abcdefghijklmnopqrstuv_1',
  alertId: 'alr_abcdefghijklmnopqrstuv',
  revision: 1,
  kind: 'push_fatigue',
  phase: 'opened',
  severity: 'high',
  tenant: 'acme',
  policy: 'workforce',
  sealedSubject: null,
  openedAt: morning,
  since: morning,
  at: morning,
  count: 5,
  windowMs: dayMs,
  prompts: { sent: 5, approved: 0, denied: 5, ignored: 0, reported: 0 },
  approvedAt: null,
  sources: [],
  sourceCount: 0,
  devices: [],
  deviceCount: 0,
  actions: ['push_forbidden'],
  closedBy: null,
  campaign: null,
};

type Viewing = Parameters<SubjectStore['viewSubject']>[0];

export const viewing = (
  who: SubjectRef,
  now: number | null = morning,
  tenant = 'acme',
): Viewing => ({ tenant, subject: who, counting: counting(), now });

export const admitted = (admission: Admission): Extract<Admission, { kind: 'admitted' }> => {
  if (admission.kind !== 'admitted') throw new Error(`the attempt is ${admission.kind}`);
  return admission;
};

export const recordOf = (
  admission: Extract<Admission, { kind: 'admitted' }>,
  overrides: Partial<DecisionRecord> = {},
): DecisionRecord => ({
  decisionId: admission.decisionId,
  attemptId: admission.decisionId,
  at: admission.at,
  expiresAt: admission.at + 5 * minuteMs,
  action: 'login',
  resource: { type: 'application', id: 'payroll' },
  pseudonyms: admission.pseudonyms,
  decision: {
    outcome: 'step_up',
    score: 35,
    level: 'medium',
    findings: [
      {
        reason: 'device_unseen',
        points: 20,
        detail: { known_devices: 1, device_sent: true, looks_known: false },
      },
      { reason: 'country_unseen', points: 15, detail: { country: 'DE', known_countries: 1 } },
    ],
    stepUp: {
      authenticators: ['passkey', 'totp'],
      forbidden: [],
      acrValues: ['https://refeds.org/profile/mfa'],
      numberMatching: false,
      maxAge: 0,
      enrolmentRequired: false,
    },
    rule: 'level:medium',
    degraded: [],
  },
  shadow: false,
  policy: { name: 'workforce', version: 'sha256:0f3a' },
  verdicts: [{ kind: 'level', name: 'medium', met: true }],
  evidence: { history: { state: 'observed', value: { logins: 12 } }, geo: { state: 'absent' } },
  place: null,
  deviceFirstSeenAt: null,
  deviceToName: null,
  enrolled: ['passkey', 'totp'],
  asn: null,
  placeTrusted: false,
  completion: null,
  ...overrides,
});
