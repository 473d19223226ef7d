import type { SubjectRef } from '@stepgate/engine';
import type { DeadLetter } from '@stepgate/queue';

/** Who a dead letter names, once opened; null: a campaign, or it was not asked for. */
export interface ShownLetter {
  readonly letter: DeadLetter;
  readonly subject: SubjectRef | null;
}

const columns = ['DIED', 'ID', 'SINK', 'ALERT', 'KIND', 'SEVERITY', 'TRIES', 'CAUSE'] as const;

/** What lies in Redis may be anybody's: nothing of it steers the terminal. */
export const printable = (text: string): string =>
  text.replace(/\p{C}/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

const rfc3339 = (instant: number): string => new Date(instant).toISOString();

const cellsOf = ({ letter, subject }: ShownLetter, unseal: boolean): readonly string[] => {
  const { alert } = letter;
  const who = subject === null ? '-' : `${subject.type}:${subject.id}`;
  return [
    rfc3339(letter.diedAt),
    letter.id,
    letter.sink,
    alert?.alertId ?? '-',
    alert === null ? '-' : `${alert.kind}.${alert.phase}`,
    alert?.severity ?? '-',
    String(letter.tries),
    letter.cause,
    ...(unseal ? [who] : []),
  ].map(printable);
};

/** Columns as wide as their widest cell. */
export const tableOf = (shown: readonly ShownLetter[], unseal: boolean): readonly string[] => {
  const rows = [
    [...columns, ...(unseal ? ['SUBJECT'] : [])],
    ...shown.map((one) => cellsOf(one, unseal)),
  ];
  const widths = rows[0]?.map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** One object for a program to read; times in RFC 3339. */
export const jsonOf = ({ letter, subject }: ShownLetter, unseal: boolean): object => ({
  id: letter.id,
  sink: letter.sink,
  alert_id: letter.alert?.alertId ?? null,
  kind: letter.alert?.kind ?? null,
  phase: letter.alert?.phase ?? null,
  severity: letter.alert?.severity ?? null,
  tenant: letter.alert?.tenant ?? null,
  tries: letter.tries,
  cause: letter.cause,
  died_at: rfc3339(letter.diedAt),
  ...(unseal ? { subject } : {}),
});
