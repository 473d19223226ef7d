import { isIP } from 'node:net';
import type { Instant } from '@stepgate/engine';

/** One login of a log, with what the log itself says of address and browser. */
export interface LoginRow {
  readonly at: Instant;
  readonly user: string;
  readonly rttMs: number | null;
  readonly address: string;
  readonly country: string;
  readonly asn: string;
  readonly userAgent: string;
  readonly browser: string;
  readonly os: string;
  readonly deviceType: string;
  readonly successful: boolean;
  /** Null: the log has no such column. */
  readonly attackIp: boolean | null;
  readonly takeover: boolean | null;
}

/** Columns of the RBA data set (Wiefling et al., TOPS 2022). */
const columns = {
  at: 'Login Timestamp',
  user: 'User ID',
  rttMs: 'Round-Trip Time [ms]',
  address: 'IP Address',
  country: 'Country',
  asn: 'ASN',
  userAgent: 'User Agent String',
  browser: 'Browser Name and Version',
  os: 'OS Name and Version',
  deviceType: 'Device Type',
  successful: 'Login Successful',
  attackIp: 'Is Attack IP',
  takeover: 'Is Account Takeover',
} as const satisfies Readonly<Record<keyof LoginRow, string>>;

const optionalColumns: readonly string[] = [columns.rttMs, columns.attackIp, columns.takeover];

/** Columns that a header lacks and that nothing can be done without. */
export const missingColumns = (header: readonly string[]): readonly string[] =>
  Object.values(columns).filter(
    (column) => !optionalColumns.includes(column) && !header.includes(column),
  );

type Cells = Readonly<Record<string, string | undefined>>;

const timestamp = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** A time without a zone is UTC, as the data set has it. */
const timeIn = (text: string): Instant | null => {
  if (!timestamp.test(text)) return null;
  const iso = text.replace(' ', 'T');
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(at) ? null : at;
};

const truthIn = (text: string | undefined): boolean | null => {
  if (text === undefined) return null;
  if (/^(?:true|1)$/i.test(text)) return true;
  return /^(?:false|0)$/i.test(text) ? false : null;
};

const rttIn = (text: string | undefined): number | null => {
  const rtt = Number(text);
  return text === undefined || text === '' || !(rtt >= 0) ? null : rtt;
};

/** @returns what is wrong with the row, when something is. */
export const readLoginRow = (cells: Cells): LoginRow | string => {
  const textOf = (column: keyof typeof columns): string => (cells[columns[column]] ?? '').trim();
  const at = timeIn(textOf('at'));
  if (at === null) return `${columns.at} is no time`;
  if (textOf('user') === '') return `${columns.user} is empty`;
  if (isIP(textOf('address')) === 0) return `${columns.address} is no address`;
  const successful = truthIn(textOf('successful'));
  if (successful === null) return `${columns.successful} is neither True nor False`;
  return {
    at,
    user: textOf('user'),
    rttMs: rttIn(cells[columns.rttMs]),
    address: textOf('address'),
    country: textOf('country'),
    asn: textOf('asn'),
    userAgent: textOf('userAgent'),
    browser: textOf('browser'),
    os: textOf('os'),
    deviceType: textOf('deviceType'),
    successful,
    attackIp: truthIn(cells[columns.attackIp]),
    takeover: truthIn(cells[columns.takeover]),
  };
};

/** The published scorer drops rows in which one of its features is missing. */
export const isComplete = (row: LoginRow): boolean =>
  [row.country, row.asn, row.userAgent, row.browser, row.os, row.deviceType].every(
    (text) => text !== '',
  );
