import type { ImportReport } from './import-report.js';
import type { Happening, Moment, SubjectSummary } from './timeline.js';

const happeningOf = (happening: Happening): Record<string, unknown> => {
  if ('alert' in happening) {
    const { id, kind, severity, opened_at: openedAt } = happening.alert;
    return { what: happening.kind, alert: { id, kind, severity, opened_at: openedAt } };
  }
  if ('leadSeconds' in happening) {
    const { kind, unanswered, leadSeconds } = happening;
    return { what: kind, unanswered, lead_seconds: leadSeconds };
  }
  const { kind, ...rest } = happening;
  return { what: kind, ...rest };
};

const momentOf = ({ at, subject, happening }: Moment): Record<string, unknown> => ({
  at,
  subject,
  ...happeningOf(happening),
});

const subjectOf = (summary: SubjectSummary): Record<string, unknown> => ({
  subject: summary.subject,
  events: Object.fromEntries(summary.byType),
  duplicates: summary.duplicates,
  highest_rung: summary.highestRung,
  alert:
    summary.alert === null
      ? null
      : {
          kind: summary.alert.kind,
          severity: summary.alert.severity,
          opened_at: summary.alert.openedAt,
        },
  lead_seconds: summary.leadSeconds,
});

/** The same as is printed, for a program to read. */
export const reportJson = ({ format, read, moments, summaries }: ImportReport): string =>
  JSON.stringify(
    {
      format,
      rows: read.rows,
      events: read.events.length,
      timeline: moments.map(momentOf),
      subjects: summaries.map(subjectOf),
      irrelevant: Object.fromEntries(read.irrelevant),
      unknown: read.unknown,
    },
    null,
    2,
  );
