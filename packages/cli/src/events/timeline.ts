import type { EventType } from '@stepgate/engine';
import type { Sighting } from './replay-events.js';
import type { SubjectState } from './replay-api.js';

export type OpenAlert = NonNullable<SubjectState['alert']>;

/** Something that an analyst would want to know of. */
export type Happening =
  | { readonly kind: 'rung_reached'; readonly rung: number; readonly unanswered: number }
  | { readonly kind: 'ladder_reset' }
  | {
      readonly kind: 'alert_opened' | 'alert_escalated' | 'alert_changed';
      readonly alert: OpenAlert;
    }
  | { readonly kind: 'alert_closed' }
  | { readonly kind: 'prompt_reported' }
  /** After a rung or an alert; `leadSeconds` is the time since the alert, null when there was none. */
  | {
      readonly kind: 'prompt_approved' | 'signed_in';
      readonly unanswered: number;
      readonly leadSeconds: number | null;
    };

export interface Moment {
  readonly at: string;
  readonly subject: string;
  readonly happening: Happening;
}

export interface SubjectSummary {
  readonly subject: string;
  readonly events: number;
  readonly duplicates: number;
  readonly byType: ReadonlyMap<EventType, number>;
  readonly highestRung: number;
  /** The first alert; its kind and severity are the last that it had. */
  readonly alert: {
    readonly kind: string;
    readonly severity: string;
    readonly openedAt: string;
  } | null;
  /** From the first alert to the first approval or sign-in behind it. */
  readonly leadSeconds: number | null;
}

interface Track {
  readonly byType: Map<EventType, number>;
  events: number;
  duplicates: number;
  rung: number;
  unanswered: number;
  highestRung: number;
  open: OpenAlert | null;
  first: { kind: string; severity: string; readonly openedAt: string; readonly id: string } | null;
  leadSeconds: number | null;
}

const newTrack = (): Track => ({
  byType: new Map(),
  events: 0,
  duplicates: 0,
  rung: 0,
  unanswered: 0,
  highestRung: 0,
  open: null,
  first: null,
  leadSeconds: null,
});

const rungHappenings = (track: Track, { push }: SubjectState): Happening[] => {
  if (push.rung > track.rung) {
    return [{ kind: 'rung_reached', rung: push.rung, unanswered: push.unanswered }];
  }
  return track.unanswered > 0 && push.unanswered === 0 ? [{ kind: 'ladder_reset' }] : [];
};

const alertHappenings = (before: OpenAlert | null, now: OpenAlert | null): Happening[] => {
  if (now === null) return before === null ? [] : [{ kind: 'alert_closed' }];
  if (before === null) return [{ kind: 'alert_opened', alert: now }];
  if (before.id !== now.id) return [{ kind: 'alert_closed' }, { kind: 'alert_opened', alert: now }];
  if (before.kind !== now.kind) return [{ kind: 'alert_changed', alert: now }];
  return before.severity === now.severity ? [] : [{ kind: 'alert_escalated', alert: now }];
};

const leadOf = (track: Track, at: string): number | null =>
  track.first === null
    ? null
    : Math.round((Date.parse(at) - Date.parse(track.first.openedAt)) / 1_000);

/** What the event itself says, as far as it matters in the light of what came before it. */
const eventHappenings = (track: Track, { at, event }: Sighting): Happening[] => {
  if (event?.type === 'push_reported') return [{ kind: 'prompt_reported' }];
  if (event?.type !== 'push_approved' && event?.type !== 'login_succeeded') return [];
  if (track.rung === 0 && track.first === null) return [];
  const kind = event.type === 'push_approved' ? 'prompt_approved' : 'signed_in';
  return [{ kind, unanswered: track.unanswered, leadSeconds: leadOf(track, at) }];
};

const remember = (track: Track, { push, alert }: SubjectState): void => {
  track.rung = push.rung;
  track.unanswered = push.unanswered;
  track.highestRung = Math.max(track.highestRung, push.rung);
  track.open = alert;
  if (alert === null) return;
  const { id, kind, severity, opened_at: openedAt } = alert;
  if (track.first === null) track.first = { id, kind, severity, openedAt };
  else if (track.first.id === id) Object.assign(track.first, { kind, severity });
};

const count = (track: Track, { event, duplicate }: Sighting): void => {
  if (event === null) return;
  track.events += 1;
  if (duplicate) track.duplicates += 1;
  track.byType.set(event.type, (track.byType.get(event.type) ?? 0) + 1);
};

const summaryOf = (subject: string, track: Track): SubjectSummary => ({
  subject,
  events: track.events,
  duplicates: track.duplicates,
  byType: track.byType,
  highestRung: track.highestRung,
  alert:
    track.first === null
      ? null
      : {
          kind: track.first.kind,
          severity: track.first.severity,
          openedAt: track.first.openedAt,
        },
  leadSeconds: track.leadSeconds,
});

export interface Timeline {
  /** Takes in what was seen next. @returns what happened by it. */
  see(sighting: Sighting): readonly Moment[];
  /** Those with an alert first, then by how far they got. */
  summaries(): readonly SubjectSummary[];
}

export const createTimeline = (): Timeline => {
  const tracks = new Map<string, Track>();
  return {
    see: (sighting) => {
      const { at, subject, state } = sighting;
      const track = tracks.get(subject) ?? newTrack();
      tracks.set(subject, track);
      count(track, sighting);
      const own = eventHappenings(track, sighting);
      const [first] = own;
      if (first !== undefined && 'leadSeconds' in first) track.leadSeconds ??= first.leadSeconds;
      const following =
        state === null
          ? []
          : [...rungHappenings(track, state), ...alertHappenings(track.open, state.alert)];
      if (state !== null) remember(track, state);
      return [...own, ...following].map((happening) => ({ at, subject, happening }));
    },
    summaries: () =>
      [...tracks]
        .map(([subject, track]) => summaryOf(subject, track))
        .sort(
          (left, right) =>
            Number(right.alert !== null) - Number(left.alert !== null) ||
            right.highestRung - left.highestRung ||
            right.events - left.events,
        ),
  };
};
