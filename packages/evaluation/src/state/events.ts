import type { EventRequest, EventStore, LearnedLogin } from '@stepgate/assessment';
import type { EventType, Instant } from '@stepgate/engine';
import { timeOf } from './attempts.js';
import { sourceOf, subjectOf } from './names.js';
import type { ReplayPopulation } from './population.js';
import { learnLogin } from './profile.js';
import { countFailure, noteProvenLogin } from './source-velocity.js';
import { subjectBounds, type Entries } from './subjects.js';
import { addLatest, addOnce } from './timed-set.js';

const replayed: ReadonlySet<EventType> = new Set([
  'login_succeeded',
  'login_failed',
  'step_up_succeeded',
  'step_up_failed',
]);

const failures: ReadonlySet<EventType> = new Set(['login_failed', 'step_up_failed']);

const sourceIn = ({ address, sourcePseudonym }: EventRequest['origin']): string | null =>
  address === null ? sourcePseudonym : sourceOf(address);

/**
 * What the events of a login change. Prompts, feedback and breaches are no part of a replay.
 *
 * @throws TypeError for an event of another type.
 */
export const createReplayEvents = (
  entries: Entries,
  population: Pick<ReplayPopulation, 'count'>,
): EventStore => {
  const teach = (learn: LearnedLogin, subject: string, at: Instant): void => {
    const { profile } = entries.subject(subject);
    const returns = learn.device !== null && profile.devices.has(learn.device);
    const isFirst = learnLogin(profile, learn, at);
    population.count({ subject, traits: learn.traits, at, isFirst, returns });
  };
  return {
    recordEvent: (request) => {
      const { event, learn } = request;
      if (!replayed.has(event.type)) throw new TypeError(`a replay has no event ${event.type}`);
      const now = timeOf(request.now);
      const at = Math.min(now, event.occurredAt ?? now);
      const subject =
        'pseudonym' in request.subject ? request.subject.pseudonym : subjectOf(request.subject);
      const entry = entries.subject(subject);
      const seen = { member: event.id, at: now, now };
      const fresh = addOnce(entry.seenEvents, seen, subjectBounds.seenEvents);
      if (!fresh) return Promise.resolve({ fresh, alerts: 0, rung: null });
      const source = sourceIn(request.origin);
      if (failures.has(event.type)) {
        addOnce(entry.failures, { member: event.id, at, now }, subjectBounds.failures);
        if (source !== null) {
          addLatest(
            entry.failingSources,
            { member: source, at, now },
            subjectBounds.failingSources,
          );
        }
      }
      if (event.type === 'login_failed' && source !== null) {
        countFailure(entries, request, { source, subject, at, now });
      }
      noteProvenLogin(entries, request, { subject, at, now });
      if (learn !== null) teach(learn, subject, at);
      if (request.risky) entry.riskAt = Math.max(now, entry.riskAt ?? now);
      return Promise.resolve({ fresh, alerts: 0, rung: null });
    },
  };
};
