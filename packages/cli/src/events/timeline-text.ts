import type { EventType } from '@stepgate/engine';
import type { ReadDocument } from '@stepgate/idp-events';
import colors from 'picocolors';
import type { Happening, Moment, SubjectSummary } from './timeline.js';

const subjectWidth = 28;

/** Names come out of a file that may be anybody's: nothing of them steers the terminal. */
const printable = (text: string): string =>
  text.replaceAll(/\p{C}/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

const timeText = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)}`;

export const durationText = (seconds: number): string => {
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${String(hours)} h ${String(minutes)} min`;
  return minutes > 0 ? `${String(minutes)} min ${String(seconds % 60)} s` : `${String(seconds)} s`;
};

const leadText = (leadSeconds: number | null): string =>
  leadSeconds === null
    ? colors.red('no alert was out')
    : `${durationText(leadSeconds)} after the alert`;

const happeningText = (happening: Happening): string => {
  switch (happening.kind) {
    case 'rung_reached':
      return `${colors.yellow(`rung ${String(happening.rung)}`)} reached, ${String(happening.unanswered)} unanswered`;
    case 'ladder_reset':
      return colors.green('ladder reset');
    case 'alert_opened':
      return `${colors.red('alert opened')}: ${happening.alert.kind}, ${happening.alert.severity}`;
    case 'alert_escalated':
      return `${colors.red('alert escalated')} to ${happening.alert.severity}`;
    case 'alert_changed':
      return `${colors.red('alert is now')} ${happening.alert.kind}, ${happening.alert.severity}`;
    case 'alert_closed':
      return 'alert closed';
    case 'prompt_reported':
      return 'prompt reported: "this was not me"';
    case 'prompt_approved':
      return `prompt approved after ${String(happening.unanswered)} unanswered, ${leadText(happening.leadSeconds)}`;
    case 'signed_in':
      return `signed in, ${leadText(happening.leadSeconds)}`;
  }
};

export const momentLine = ({ at, subject, happening }: Moment): string =>
  [
    colors.dim(timeText(at)),
    printable(subject).padEnd(subjectWidth),
    happeningText(happening),
  ].join('  ');

const counts = (byType: ReadonlyMap<EventType, number>): string =>
  [...byType].map(([type, count]) => `${String(count)} ${type}`).join(', ');

export const summaryLines = (summary: SubjectSummary): string[] => {
  const { subject, highestRung, alert, leadSeconds } = summary;
  const rung = highestRung === 0 ? 'no rung' : `rung ${String(highestRung)}`;
  const raised =
    alert === null
      ? 'no alert'
      : `${alert.kind} (${alert.severity}) since ${timeText(alert.openedAt)}`;
  const lead = leadSeconds === null ? '' : `, ${durationText(leadSeconds)} before it was let in`;
  return [
    `${printable(subject).padEnd(subjectWidth)}  ${rung}, ${raised}${lead}`,
    colors.dim(`  ${counts(summary.byType)}`),
  ];
};

/** Rows that became no event: those that mean nothing by name, those not understood one by one. */
export const leftOutLines = ({ irrelevant, unknown }: ReadDocument): string[] => [
  ...[...irrelevant].map(([name, count]) => `irrelevant  ${printable(name)} × ${String(count)}`),
  ...unknown.map(
    ({ row, what, reason }) =>
      `${colors.yellow('unknown')}     row ${String(row)} (${printable(what)}): ${printable(reason)}`,
  ),
];
