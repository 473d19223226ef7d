import type { EventType } from '@stepgate/engine';
import {
  addressIn,
  codeText,
  fieldAt,
  listAt,
  nameAt,
  textAt,
  timeIn,
  type Row,
} from '../fields.js';
import {
  irrelevantRow,
  unknownRow,
  type IdpFormat,
  type Mapping,
  type RowFacts,
  type RowVerdict,
} from '../row-verdict.js';
import { isPolicyReport, readPolicyReport, type PolicyReport } from './pingid-report.js';

const maxMessageLength = 8_192;

interface Rule extends Mapping {
  /** Of the message, without what stands in quotes (names of devices). */
  readonly message: RegExp;
  /** Of the status; a row without a result has none, and its message alone decides. */
  readonly status: 'SUCCESS' | 'FAILURE' | 'any';
}

/** Ways in which the owner of the phone agrees to a prompt. */
const prompt =
  /\b(?:swipe|banner|fingerprint|face ?id|touch ?id|biometrics?|number matching|push)\b/i;
const otherMethod =
  /\b(?:passcode|otp|sms|voice|e-?mail|yubikey|fido2?|security key|windows hello|desktop|oath|token)\b/i;

/** The first that fits decides: a message may name the method and what went wrong. */
const rules: readonly Rule[] = [
  {
    says: 'a report of fraud',
    message: /\bfraud|suspicious\b/i,
    status: 'any',
    becomes: 'push_reported',
  },
  {
    says: '`Device Paired …`',
    message: /^Device Paired\b/,
    status: 'SUCCESS',
    becomes: 'authenticator_enrolled',
  },
  {
    says: '`Device Unpaired …`',
    message: /^Device Unpaired\b/,
    status: 'any',
    becomes: 'authenticator_removed',
  },
  {
    says: '`… Timed Out, Unresponsive User` or `… Unresponsive Device`',
    message: /\btimed?[ -]?out\b|\bunresponsive\b/i,
    status: 'any',
    becomes: 'push_ignored',
  },
  {
    says: '`… Denied`, `Rejected`, `Declined`, `Cancelled`',
    message: /\b(?:denied|rejected|declined|cancell?ed)\b/i,
    status: 'any',
    becomes: 'push_denied',
  },
  {
    says: 'a push that was `Sent`',
    message: /\bpush\b.*\bsent\b|\bsent\b.*\bpush\b/i,
    status: 'any',
    becomes: 'push_sent',
  },
  {
    says: 'a passcode, text or call that was `Sent`',
    message: /\bsent\b/i,
    status: 'any',
    becomes: 'irrelevant',
  },
  {
    says: '`Swipe`, `Banner`, a biometric or number matching, SUCCESS',
    message: prompt,
    status: 'SUCCESS',
    becomes: 'push_approved',
  },
  {
    says: '`Swipe`, `Banner`, a biometric or number matching, any failure',
    message: prompt,
    status: 'FAILURE',
    becomes: 'push_denied',
  },
  {
    says: 'a passcode or a key, SUCCESS',
    message: otherMethod,
    status: 'SUCCESS',
    becomes: 'step_up_succeeded',
  },
  {
    says: 'a passcode or a key, any failure',
    message: otherMethod,
    status: 'FAILURE',
    becomes: 'step_up_failed',
  },
  {
    says: 'administration of users, devices and policies',
    message:
      /^(?:User|Users|Device|Devices|Service|Organization|Admin|Policy|Policies|Configuration|Settings?|Bypass|Pairing)\b.*\b(?:activated|added|changed|created|deleted|disabled|edited|enabled|removed|renamed|resumed|suspended|updated|initiated|started)\b/i,
    status: 'any',
    becomes: 'irrelevant',
  },
];

const policyRefuses = /^(?:deny|denied|block|blocked)/i;

const mapping: readonly Mapping[] = [
  ...rules.map(({ says, becomes }) => ({ says, becomes })),
  { says: '`POLICY` with `Action: Deny` or `Block`', becomes: 'login_failed' },
  {
    says: '`POLICY`, anything else (its report goes to the event of the same session)',
    becomes: 'irrelevant',
  },
];

const statusOf = (row: Row): string => textAt(row, ['result', 'status'], 64);
const resourceOf = (row: Row): unknown => listAt(row, ['resources'], 1)[0];

/** Some rows have no result; what happened then stands with the resource. */
const messageOf = (row: Row): string =>
  textAt(row, ['result', 'message'], maxMessageLength) ||
  textAt(resourceOf(row), ['pingidmsg'], maxMessageLength);

const sessionOf = (row: Row): string | null => nameAt(resourceOf(row), ['websession']);
const subjectOf = (row: Row): string | null => {
  const actors = listAt(row, ['actors']);
  return nameAt(actors.find((actor) => fieldAt(actor, 'type') === 'user') ?? actors[0], ['name']);
};

const reportKey = (row: Row): string => `${subjectOf(row) ?? ''}\n${sessionOf(row) ?? ''}`;

/**
 * Without what stands between the first and the last quote: the device, which its owner names, be it
 * `" Denied "`. Short, so that no rule has much to look through.
 */
const withoutQuoted = (message: string): string => {
  const first = message.indexOf('"');
  const last = message.lastIndexOf('"');
  const plain = first === -1 ? message : `${message.slice(0, first)} ${message.slice(last + 1)}`;
  return plain.slice(0, 512).replaceAll(/\s+/g, ' ').trim().slice(0, 128);
};

const fits = (
  { message: pattern, status: wanted }: Rule,
  message: string,
  status: string,
): boolean => {
  if (!pattern.test(message)) return false;
  if (wanted === 'any' || status === '') return true;
  return status.startsWith('SUCCESS') === (wanted === 'SUCCESS');
};

const factsOf = (row: Row, said: string, report: PolicyReport | null): RowFacts => ({
  id: nameAt(row, ['id']),
  subject: subjectOf(row),
  time: timeIn(fieldAt(row, 'recorded')),
  ip: addressIn(fieldAt(resourceOf(row), 'ipaddress')) ?? report?.ip ?? null,
  userAgent: report?.userAgent ?? null,
  // `devicemodel` is a kind of phone, not a device, and not the one that signs in.
  deviceId: null,
  promptId: sessionOf(row),
  said,
  ...(report === null ? {} : { report: report.findings }),
});

/** Statuses come with a detail behind a comma: `FAILURE,authFail`. */
const knownStatus = /^(?:SUCCESS|FAILURE|UNSUCCESSFUL_ATTEMPT|POLICY)?(?:,|$)/;

const readPolicyRow = (row: Row): RowVerdict => {
  const message = messageOf(row);
  if (!isPolicyReport(message)) return unknownRow('POLICY', 'a POLICY row without its report');
  const report = readPolicyReport(message);
  return policyRefuses.test(report.action)
    ? { kind: 'events', types: ['login_failed'], facts: factsOf(row, 'POLICY deny', report) }
    : irrelevantRow(`POLICY ${codeText(report.action)}`);
};

const typeOf = (message: string, status: string): EventType | 'irrelevant' | null =>
  rules.find((rule) => fits(rule, message, status))?.becomes ?? null;

const readResultRow = (row: Row, report: PolicyReport | null): RowVerdict => {
  const status = statusOf(row);
  const said = withoutQuoted(messageOf(row));
  const what = `a row with the status ${codeText(status)}`;
  if (!knownStatus.test(status))
    return unknownRow(what, `the status ${codeText(status)} is not known`);
  const type = typeOf(said, status);
  if (type === null) return unknownRow(what, 'the message is not one that is known');
  if (type === 'irrelevant') return irrelevantRow(`${status} administration or delivery`);
  return { kind: 'events', types: [type], facts: factsOf(row, said, report) };
};

/** PingID's audit events, as a subscription pushes them. */
export const pingid: IdpFormat = {
  envelopes: [['events'], ['_embedded', 'activities']],
  fields: { subject: 'actors[].name', time: 'recorded' },
  mapping,
  openDocument: (rows) => {
    const reports = new Map<string, PolicyReport>();
    for (const row of rows) {
      if (statusOf(row) !== 'POLICY' || sessionOf(row) === null) continue;
      reports.set(reportKey(row), readPolicyReport(messageOf(row)));
    }
    return (row) => {
      if (statusOf(row) === 'POLICY') return readPolicyRow(row);
      if (messageOf(row) === '') {
        return unknownRow('a row without message', 'result.message is missing');
      }
      return readResultRow(row, reports.get(reportKey(row)) ?? null);
    };
  },
};
