import type { EventType } from '@stepgate/engine';
import type { MappedEvent } from '@stepgate/idp-events';
import type { SubjectState } from '../src/events/replay-api.js';
import type { Sighting } from '../src/events/replay-events.js';
import { createTimeline, type OpenAlert } from '../src/events/timeline.js';
import { durationText, momentLine } from '../src/events/timeline-text.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();

const alert = (overrides: Partial<OpenAlert> = {}): OpenAlert => ({
  id: 'alr_1',
  kind: 'push_fatigue',
  severity: 'high',
  opened_at: at(5),
  last_seen_at: at(5),
  count: 5,
  ...overrides,
});

const seen = (
  minute: number,
  type: EventType | null,
  state: { readonly unanswered: number; readonly rung?: number; readonly alert?: OpenAlert } | null,
): Sighting => ({
  at: at(minute),
  subject: 'noor',
  event:
    type === null
      ? null
      : ({ type, occurred_at: at(minute), subject: { type: 'user', id: 'noor' } } as MappedEvent),
  duplicate: false,
  state:
    state === null
      ? null
      : ({
          push: {
            unanswered: state.unanswered,
            rung: state.rung ?? 0,
            pending: 0,
            since: null,
            sent_since_success: 0,
          },
          alert: state.alert ?? null,
        } satisfies SubjectState),
});

const told = (...sightings: readonly Sighting[]): unknown[] => {
  const timeline = createTimeline();
  return sightings.flatMap((sighting) =>
    timeline.see(sighting).map(({ at: time, happening }) => [time.slice(14, 16), happening]),
  );
};

describe('a timeline', () => {
  it('tells of a rung when it is reached, and once', () => {
    expect(
      told(
        seen(1, 'push_denied', { unanswered: 1 }),
        seen(3, 'push_denied', { unanswered: 3, rung: 3 }),
        seen(4, 'push_denied', { unanswered: 4, rung: 3 }),
      ),
    ).toEqual([['03', { kind: 'rung_reached', rung: 3, unanswered: 3 }]]);
  });

  it('tells of a ladder that was reset, and of the rung that is reached anew', () => {
    expect(
      told(
        seen(3, 'push_denied', { unanswered: 3, rung: 3 }),
        seen(4, 'login_succeeded', { unanswered: 0 }),
        seen(9, 'push_denied', { unanswered: 3, rung: 3 }),
      ).slice(1),
    ).toEqual([
      ['04', { kind: 'signed_in', unanswered: 3, leadSeconds: null }],
      ['04', { kind: 'ladder_reset' }],
      ['09', { kind: 'rung_reached', rung: 3, unanswered: 3 }],
    ]);
  });

  it('tells of an alert from its opening to its end, and of the next one', () => {
    const open = { unanswered: 5, rung: 5 };
    const kinds = told(
      seen(5, 'push_ignored', { ...open, alert: alert() }),
      seen(6, 'push_ignored', { ...open, alert: alert({ count: 6 }) }),
      seen(7, 'push_ignored', { ...open, alert: alert({ severity: 'critical' }) }),
      seen(8, 'push_ignored', {
        ...open,
        alert: alert({ kind: 'push_approved_after_denials', severity: 'critical' }),
      }),
      seen(9, 'push_ignored', open),
      seen(10, 'push_ignored', { ...open, alert: alert({ id: 'alr_2' }) }),
      seen(11, 'push_ignored', { ...open, alert: alert({ id: 'alr_3' }) }),
    ).map((one) => (one as [string, { kind: string }])[1].kind);
    expect(kinds).toEqual([
      'rung_reached',
      'alert_opened',
      'alert_escalated',
      'alert_changed',
      'alert_closed',
      'alert_opened',
      'alert_closed',
      'alert_opened',
    ]);
  });

  it('counts the lead from the alert to the approval; one without a rung is nothing to tell of', () => {
    expect(
      told(
        seen(1, 'push_approved', { unanswered: 0 }),
        seen(5, 'push_ignored', { unanswered: 5, rung: 5, alert: alert() }),
        seen(47, 'push_approved', { unanswered: 5, rung: 5, alert: alert() }),
      ).at(-1),
    ).toEqual(['47', { kind: 'prompt_approved', unanswered: 5, leadSeconds: 42 * 60 }]);
  });

  it('says so when an approval came with no alert out', () => {
    const timeline = createTimeline();
    timeline.see(seen(3, 'push_denied', { unanswered: 3, rung: 3 }));
    const [moment] = timeline.see(seen(4, 'push_approved', { unanswered: 3, rung: 3 }));
    expect(momentLine(moment!)).toContain('no alert was out');
  });

  it('sums up each subject: its events, how far it got, its first alert and the lead', () => {
    const timeline = createTimeline();
    for (const sighting of [
      seen(4, 'login_failed', null),
      seen(5, 'push_ignored', { unanswered: 5, rung: 5, alert: alert() }),
      seen(6, null, { unanswered: 10, rung: 10, alert: alert({ severity: 'critical' }) }),
      seen(7, 'push_approved', {
        unanswered: 10,
        rung: 10,
        alert: alert({ severity: 'critical' }),
      }),
      seen(9, 'login_succeeded', { unanswered: 0 }),
      { ...seen(9, 'push_denied', { unanswered: 1 }), subject: 'lena' },
    ]) {
      timeline.see(sighting);
    }
    expect(timeline.summaries()).toEqual([
      {
        subject: 'noor',
        events: 4,
        duplicates: 0,
        byType: new Map([
          ['login_failed', 1],
          ['push_ignored', 1],
          ['push_approved', 1],
          ['login_succeeded', 1],
        ]),
        highestRung: 10,
        alert: { kind: 'push_fatigue', severity: 'critical', openedAt: at(5) },
        leadSeconds: 120,
      },
      expect.objectContaining({ subject: 'lena', alert: null, highestRung: 0, leadSeconds: null }),
    ]);
  });
});

describe('a line of it', () => {
  it('lets nothing of a name steer the terminal', () => {
    const line = momentLine({
      at: at(1),
      subject: 'noor\u202e\u009b31m',
      happening: { kind: 'prompt_reported' },
    });
    expect(line).toContain('noor\\u{202e}\\u{9b}31m');
  });

  it.each([
    [9, '9 s'],
    [60, '1 min 0 s'],
    [2_523, '42 min 3 s'],
    [7_260, '2 h 1 min'],
  ])('says %i seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
