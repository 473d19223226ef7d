import type { EventType } from '@stepgate/engine';
import {
  addressAt,
  fieldAt,
  listAt,
  nameAt,
  numberAt,
  textAt,
  timeIn,
  timeOfMs,
  type Row,
  userAgentAt,
} from '../fields.js';
import {
  irrelevantRow,
  unknownRow,
  type IdpFormat,
  type Mapping,
  type RowFacts,
  type RowVerdict,
} from '../row-verdict.js';

const authentication = 3002;
const activities = { logon: 1, logoff: 2 } as const;
const statuses = { success: 1, failure: 2 } as const;
/** Push notification and phone call. */
const promptFactors = [5, 3];

interface Rule extends Mapping {
  /** Of `status_detail`, words apart. */
  readonly detail: RegExp;
  readonly becomes: EventType;
}

/** Only where a prompt is among the factors, or the detail names one. */
const promptRules: readonly Rule[] = [
  {
    says: 'a prompt, `FRAUD` or `REPORTED`',
    detail: /\b(?:FRAUD|REPORTED|NOT ME)\b/,
    becomes: 'push_reported',
  },
  {
    says: 'a prompt, `DENIED`, `DECLINED` or `REJECTED`',
    detail: /\b(?:DENIED|DENY|DECLINED|REJECTED)\b/,
    becomes: 'push_denied',
  },
  {
    says: 'a prompt, `IGNORED`, `TIMEOUT`, `EXPIRED` or `NO_RESPONSE`',
    detail: /\b(?:IGNORED|TIMEOUT|TIMED ?OUT|EXPIRED|NO RESPONSE|UNANSWERED)\b/,
    becomes: 'push_ignored',
  },
  { says: 'a prompt, `CANCELLED`', detail: /\bCANCELL?ED\b/, becomes: 'push_cancelled' },
  {
    says: 'a prompt, `SENT` or `CHALLENGE`',
    detail: /\b(?:SENT|CHALLENGE|CHALLENGED)\b/,
    becomes: 'push_sent',
  },
];

const mapping: readonly Mapping[] = [
  ...promptRules.map(({ says, becomes }) => ({ says, becomes })),
  { says: 'a prompt among the factors, Success', becomes: 'push_approved' },
  { says: 'Logon, Success (also after an approved prompt)', becomes: 'login_succeeded' },
  { says: 'Logon with `is_mfa`, Failure', becomes: 'step_up_failed' },
  { says: 'Logon without `is_mfa`, Failure', becomes: 'login_failed' },
  { says: 'Logoff', becomes: 'session_ended' },
  { says: 'other activities and other classes', becomes: 'irrelevant' },
];

const detailOf = (row: Row): string =>
  textAt(row, ['status_detail'])
    .toUpperCase()
    .replaceAll(/[^A-Z]+/g, ' ')
    .trim();

const hasPrompt = (row: Row, detail: string): boolean =>
  /\b(?:PUSH|PROMPT|PHONE CALL)\b/.test(detail) ||
  listAt(row, ['auth_factors']).some((factor) =>
    promptFactors.includes(numberAt(factor, 'factor_type_id') ?? -1),
  );

const factsOf = (row: Row, said: string): RowFacts => ({
  id: nameAt(row, ['metadata', 'uid']),
  subject: nameAt(
    row,
    ['user', 'name'],
    ['user', 'uid'],
    ['user', 'email_addr'],
    ['user', 'account', 'name'],
  ),
  time: timeOfMs(numberAt(row, 'time')) ?? timeIn(fieldAt(row, 'time_dt')),
  ip: addressAt(row, ['src_endpoint', 'ip']),
  userAgent: userAgentAt(row, 'http_request', 'user_agent'),
  deviceId: nameAt(row, ['device', 'uid'], ['src_endpoint', 'uid']),
  promptId: nameAt(row, ['metadata', 'correlation_uid'], ['session', 'uid']),
  said,
});

const typesOfLogon = (row: Row): readonly [EventType, ...EventType[]] | null => {
  const detail = detailOf(row);
  const prompt = hasPrompt(row, detail);
  const status = numberAt(row, 'status_id');
  const ruled = prompt ? promptRules.find((rule) => rule.detail.test(detail)) : undefined;
  if (ruled !== undefined && status !== statuses.success) return [ruled.becomes];
  if (status === statuses.success) {
    return prompt ? ['push_approved', 'login_succeeded'] : ['login_succeeded'];
  }
  if (status !== statuses.failure) return null;
  return [prompt || fieldAt(row, 'is_mfa') === true ? 'step_up_failed' : 'login_failed'];
};

const readRow = (row: Row): RowVerdict => {
  const classUid = numberAt(row, 'class_uid');
  if (classUid === null) return unknownRow('a row without class_uid', 'class_uid is missing');
  if (classUid !== authentication) return irrelevantRow(`class ${String(classUid)}`);
  const activity = numberAt(row, 'activity_id');
  const said = `activity ${String(activity)} status ${String(numberAt(row, 'status_id'))}`;
  if (activity === activities.logoff) {
    return { kind: 'events', types: ['session_ended'], facts: factsOf(row, said) };
  }
  if (activity !== activities.logon) {
    return activity === null
      ? unknownRow('a row without activity_id', 'activity_id is missing')
      : irrelevantRow(`activity ${String(activity)}`);
  }
  const types = typesOfLogon(row);
  return types === null
    ? unknownRow(said, 'neither status_id nor status_detail says how it ended')
    : { kind: 'events', types, facts: factsOf(row, said) };
};

/** Open Cybersecurity Schema Framework, class Authentication (3002). */
export const ocsf: IdpFormat = {
  envelopes: [['records'], ['events']],
  fields: { subject: 'user.name', time: 'time' },
  mapping,
  openDocument: () => readRow,
};
