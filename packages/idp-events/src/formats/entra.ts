import type { EventType } from '@stepgate/engine';
import {
  addressAt,
  asRow,
  fieldAt,
  listAt,
  nameAt,
  numberAt,
  textAt,
  timeIn,
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

interface Rule {
  readonly says: string;
  readonly detail: RegExp;
  readonly becomes: EventType;
}

/** By weight: a sign-in with several steps is as bad as the worst of them. */
const denials: readonly Rule[] = [
  {
    says: '`MFA denied; Phone App Reported Fraud`, anything with `fraud`',
    detail: /\bfraud\b/i,
    becomes: 'push_reported',
  },
  {
    says: '`MFA denied; user declined the authentication`',
    detail: /\bdeclined\b/i,
    becomes: 'push_denied',
  },
  {
    says: '`MFA denied; user did not select the correct number`',
    detail: /\bcorrect number\b/i,
    becomes: 'push_denied',
  },
  {
    says: '`MFA denied; user did not respond to mobile app notification`',
    detail: /\bdid not respond\b|\btimed out\b|\bno response\b|\bunreachable\b/i,
    becomes: 'push_ignored',
  },
  { says: 'any other `MFA denied`', detail: /^MFA denied\b/i, becomes: 'step_up_failed' },
];

const approved = /\bMFA (?:successfully completed|completed in)\b/i;
const promptMethod = /notification|\bpush\b|phone sign-?in|phone call|voice|^authenticator app$/i;

const mfaFailed = 500_121;
const refusedCodes = new Set([
  50_034, 50_053, 50_055, 50_056, 50_057, 50_064, 50_105, 50_126, 50_144, 53_000, 53_001, 53_002,
  53_003, 53_004, 53_011, 80_012, 530_032, 530_034,
]);
/** On the way to a sign-in: what comes of it stands in a row of its own. */
const interruptCodes = new Set([
  16_000, 16_001, 16_003, 50_011, 50_058, 50_059, 50_072, 50_074, 50_076, 50_078, 50_079, 50_097,
  50_125, 50_127, 50_129, 50_131, 50_132, 50_133, 50_140, 50_143, 50_158, 50_173, 50_196, 50_199,
  51_004, 65_001, 65_004, 70_008, 70_043, 70_044, 70_046, 81_010, 81_012, 90_014, 90_072, 165_100,
  399_218, 500_113, 500_133, 502_031, 700_016, 700_082, 700_084, 900_144,
]);

const mapping: readonly Mapping[] = [
  ...denials.map(({ says, becomes }) => ({ says, becomes })),
  { says: 'error 500121 of a prompt, without one of these details', becomes: 'push_ignored' },
  {
    says: 'error 500121 of any other method, without one of these details',
    becomes: 'step_up_failed',
  },
  { says: 'error 0, the MFA completed by notification or call', becomes: 'push_approved' },
  { says: 'error 0 (also after an approved prompt)', becomes: 'login_succeeded' },
  { says: 'error 50126, 50053, 53003 and others that refuse', becomes: 'login_failed' },
  { says: 'error 50074, 50076, 50140 and others that interrupt', becomes: 'irrelevant' },
];

const maxDetailLength = 512;

interface Step {
  readonly method: string;
  readonly detail: string;
}

/** What the row says of its steps, wherever it does. */
const stepsOf = (row: Row): readonly Step[] => {
  const steps = listAt(row, ['authenticationDetails']).map((step) => ({
    method: textAt(step, ['authenticationMethod']),
    detail: textAt(step, ['authenticationStepResultDetail'], maxDetailLength),
  }));
  const method = textAt(row, ['mfaDetail', 'authMethod']);
  return [
    ...steps,
    { method, detail: textAt(row, ['mfaDetail', 'authDetail'], maxDetailLength) },
    { method, detail: textAt(row, ['status', 'additionalDetails'], maxDetailLength) },
  ];
};

const denialOf = (steps: readonly Step[]): EventType | null =>
  denials.find(({ detail }) => steps.some((step) => detail.test(step.detail)))?.becomes ?? null;

const askedForPrompt = (steps: readonly Step[]): boolean =>
  steps.some(({ method }) => promptMethod.test(method));

const wasApproved = (steps: readonly Step[]): boolean =>
  steps.some(({ method, detail }) => promptMethod.test(method) && approved.test(detail));

const factsOf = (row: Row, said: string): RowFacts => ({
  id: nameAt(row, ['id']),
  subject: nameAt(row, ['userPrincipalName'], ['userId']),
  time: timeIn(fieldAt(row, 'createdDateTime')),
  ip: addressAt(row, ['ipAddress']),
  userAgent: userAgentAt(row, 'userAgent'),
  deviceId: nameAt(row, ['deviceDetail', 'deviceId']),
  promptId: nameAt(row, ['correlationId'], ['id']),
  said,
});

const typesOf = (
  code: number,
  steps: readonly Step[],
): readonly [EventType, ...EventType[]] | null => {
  if (code === 0) {
    return wasApproved(steps) ? ['push_approved', 'login_succeeded'] : ['login_succeeded'];
  }
  if (code === mfaFailed) {
    return [denialOf(steps) ?? (askedForPrompt(steps) ? 'push_ignored' : 'step_up_failed')];
  }
  return refusedCodes.has(code) ? ['login_failed'] : null;
};

/** The diagnostic settings of Azure put the sign-in under `properties`. */
const signInOf = (row: Row): Row => asRow(fieldAt(row, 'properties')) ?? row;

const readRow = (outer: Row): RowVerdict => {
  const row = signInOf(outer);
  const code = numberAt(row, 'status', 'errorCode');
  if (code === null) return unknownRow('a row without status', 'status.errorCode is missing');
  const said = `error ${String(code)}`;
  const steps = stepsOf(row);
  // Some tenants log the interrupted and the failed sign-in as one, under the code of the former.
  const denied = interruptCodes.has(code) ? denialOf(steps) : null;
  const types = denied === null ? typesOf(code, steps) : ([denied] as const);
  if (types !== null) return { kind: 'events', types, facts: factsOf(row, said) };
  return interruptCodes.has(code)
    ? irrelevantRow(said)
    : unknownRow(said, `the error code ${String(code)} is not known`);
};

/** Sign-in logs: Microsoft Graph's list, or what diagnostic settings export. */
export const entra: IdpFormat = {
  envelopes: [['value'], ['records']],
  fields: { subject: 'userPrincipalName', time: 'createdDateTime' },
  mapping,
  openDocument: () => readRow,
};
