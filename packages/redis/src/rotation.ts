import type {
  AdmissionRequest,
  AttemptStore,
  CountingRules,
  DecisionRecord,
  DecisionStore,
  DevNow,
  EventRequest,
  EventStore,
  FatigueRules,
  LearnedLogin,
  Pseudonyms,
  SubjectView,
} from '@stepgate/assessment';
import {
  mergeExports,
  mergePush,
  mergeStates,
  mergeViews,
  stricterLock,
} from './merge-evidence.js';
import type { RedisState } from './redis-ports.js';

/**
 * The state while the secret is being changed: two states on one connection. What is known under either
 * is known; what is counted is counted in both, so that engines with one secret and engines with two
 * hold to the same limits and locks; decisions and tokens are made under the current one.
 */
export interface Rotation {
  readonly current: RedisState;
  readonly previous: RedisState;
  /** What the previous state knows of a subject that only its pseudonym names. */
  readonly viewPrevious: (asked: {
    readonly pseudonym: string;
    readonly counting: CountingRules;
    readonly now: DevNow;
  }) => Promise<SubjectView | null>;
}

const withEarlier = (
  current: Pseudonyms,
  { earlier: _none, ...previous }: Pseudonyms,
): Pseudonyms => ({
  ...current,
  earlier: previous,
});

/** Names of the previous state: a record of its own carries them in both places. */
const ofPrevious = (record: DecisionRecord): DecisionRecord => ({
  ...record,
  pseudonyms: withEarlier(record.pseudonyms, record.pseudonyms),
});

const rotateAttempts = ({ current, previous }: Rotation): AttemptStore => ({
  admitAttempt: async (request: AdmissionRequest) => {
    // Both go out in one tick: one round trip, and in the same order for every engine.
    const [now, before] = await Promise.all([
      current.attempts.admitAttempt(request),
      previous.attempts.admitAttempt(request),
    ]);
    if (now.kind === 'conflict' || before.kind === 'conflict') return { kind: 'conflict' };
    if (now.kind === 'replayed') return now;
    if (before.kind === 'replayed') return { kind: 'replayed', record: ofPrevious(before.record) };
    return {
      ...now,
      pseudonyms: withEarlier(now.pseudonyms, before.pseudonyms),
      state: mergeStates(now.state, before.state),
    };
  },
  pseudonymsOf: (asked) =>
    withEarlier(current.attempts.pseudonymsOf(asked), previous.attempts.pseudonymsOf(asked)),
  newDecisionId: (tenant, subject) => current.attempts.newDecisionId(tenant, subject),
});

const rotateDecisions = ({ current, previous, viewPrevious }: Rotation): DecisionStore => ({
  recordDecision: (request) => current.decisions.recordDecision(request),
  findDecision: async (tenant, decisionId) => {
    const found = await current.decisions.findDecision(tenant, decisionId);
    if (found !== null) return found;
    const before = await previous.decisions.findDecision(tenant, decisionId);
    return before === null ? null : ofPrevious(before);
  },
  openDecision: async (request) => {
    const open = await current.decisions.openDecision(request);
    if (open === null) {
      const before = await previous.decisions.openDecision(request);
      return before === null ? null : { ...before, record: ofPrevious(before.record) };
    }
    const pseudonym = open.record.pseudonyms.earlier?.subject;
    if (pseudonym === undefined) return open;
    const { counting, now } = request;
    const view = await viewPrevious({ pseudonym, counting, now });
    if (view === null) return open;
    return {
      ...open,
      push: mergePush(open.push, view.push),
      lock: stricterLock(open.lock, view.lock),
    };
  },
  settleDecision: async (request) => {
    const settlement = await current.decisions.settleDecision(request);
    return settlement === 'missing' ? previous.decisions.settleDecision(request) : settlement;
  },
});

const unreachable = Number.MAX_SAFE_INTEGER;

/** Both states see every prompt, the previous one for longer: it alone raises the alerts, once each. */
const silent = (rules: FatigueRules): FatigueRules => ({
  ...rules,
  tiredApprovalAt: null,
  ladder: {
    ...rules.ladder,
    rungs: rules.ladder.rungs.map((rung) => ({ ...rung, alert: null })),
    campaign: {
      ...rules.ladder.campaign,
      source: unreachable,
      network: unreachable,
      tenant: unreachable,
    },
  },
});

type Names = Pick<LearnedLogin, 'device' | 'fingerprint' | 'source' | 'traits'>;

const noNames: Names = { device: null, fingerprint: null, source: null, traits: '' };

/** A login that was decided under the previous secret has no names under the current one. */
const lessonForCurrent = (learn: LearnedLogin | null): LearnedLogin | null => {
  if (learn?.earlier === undefined) return learn;
  const { device, traits } = learn.earlier;
  return learn.device === device && learn.traits === traits ? { ...learn, ...noNames } : learn;
};

const lessonForPrevious = (learn: LearnedLogin | null): LearnedLogin | null => {
  if (learn?.earlier === undefined) return null;
  const { device, fingerprint, source, traits } = learn.earlier;
  return { ...learn, device, fingerprint, source, traits };
};

const forCurrent = (request: EventRequest): EventRequest => {
  const { origin, earlier } = request;
  const { sourcePseudonym: source, devicePseudonym: device } = origin;
  return {
    ...request,
    rules: silent(request.rules),
    learn: lessonForCurrent(request.learn),
    origin: {
      ...origin,
      sourcePseudonym: source === earlier?.source ? null : source,
      devicePseudonym: device === earlier?.device ? null : device,
    },
  };
};

/** Null: the previous state cannot know whom it is about. */
const forPrevious = (request: EventRequest): EventRequest | null => {
  const { earlier, subject, origin } = request;
  if ('pseudonym' in subject && earlier === undefined) return null;
  return {
    ...request,
    subject: 'pseudonym' in subject ? { pseudonym: earlier?.subject ?? '' } : subject,
    learn: lessonForPrevious(request.learn),
    origin: {
      ...origin,
      sourcePseudonym: earlier?.source ?? null,
      devicePseudonym: earlier?.device ?? null,
    },
  };
};

const isOfPreviousOnly = ({ subject, earlier }: EventRequest): boolean =>
  'pseudonym' in subject && subject.pseudonym === earlier?.subject;

const rotateEvents = ({ current, previous }: Rotation): EventStore => ({
  recordEvent: async (request) => {
    const before = forPrevious(request);
    if (before === null) return current.events.recordEvent(request);
    if (isOfPreviousOnly(request)) return previous.events.recordEvent(before);
    const [told, now] = await Promise.all([
      previous.events.recordEvent(before),
      current.events.recordEvent(forCurrent(request)),
    ]);
    return { ...told, fresh: told.fresh && now.fresh };
  },
});

export const rotateState = (rotation: Rotation): RedisState => {
  const { current, previous } = rotation;
  return {
    ...current,
    attempts: rotateAttempts(rotation),
    decisions: rotateDecisions(rotation),
    events: rotateEvents(rotation),
    subjects: {
      viewSubject: async (asked) => {
        const [now, before] = await Promise.all([
          current.subjects.viewSubject(asked),
          previous.subjects.viewSubject(asked),
        ]);
        return mergeViews(now, before);
      },
      exportSubject: async (asked) => {
        const [now, before] = await Promise.all([
          current.subjects.exportSubject(asked),
          previous.subjects.exportSubject(asked),
        ]);
        return mergeExports(now, before);
      },
      eraseSubject: async (...asked) => {
        await Promise.all([
          current.subjects.eraseSubject(...asked),
          previous.subjects.eraseSubject(...asked),
        ]);
      },
    },
    // Alerts are raised in the previous state, and so are those of prompts that ran out.
    reviews: previous.reviews,
    nonces: {
      claimNonce: async (claim) => {
        const claimed = await Promise.all([
          current.nonces.claimNonce(claim),
          previous.nonces.claimNonce(claim),
        ]);
        return claimed.every(Boolean);
      },
    },
    seal: {
      open: (alert) => current.seal.open(alert).catch(() => previous.seal.open(alert)),
    },
  };
};
