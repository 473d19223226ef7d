import type { EventType } from '@stepgate/engine';
import {
  addressAt,
  asRow,
  codeText,
  fieldAt,
  nameAt,
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

const events: ReadonlyMap<string, EventType> = new Map([
  ['gd_send_pn', 'push_sent'],
  ['gd_auth_rejected', 'push_denied'],
  ['gd_auth_failed', 'step_up_failed'],
  ['gd_recovery_succeed', 'recovery_used'],
  ['gd_recovery_failed', 'step_up_failed'],
  ['gd_enrollment_complete', 'authenticator_enrolled'],
  ['gd_unenroll', 'authenticator_removed'],
  ['s', 'login_succeeded'],
  ['f', 'login_failed'],
  ['fp', 'login_failed'],
  ['fu', 'login_failed'],
  ['slo', 'session_ended'],
  ['pwd_leak', 'credential_breached'],
]);

/** Sent by another way than as a push: a success right after one of these is that way's. */
const otherSends = ['gd_send_sms', 'gd_send_voice', 'gd_send_email'];
const success = 'gd_auth_succeed';

/** Codes of Auth0's list that tell a risk engine nothing. */
const irrelevantCodes = new Set(
  `api_limit api_limit_warning appi ciba_exchange_failed ciba_exchange_succeeded cls cs depnote du
   fapi fc fce fco fcoa fcp fcph fcpn fcpr fcpro fcu fd fdeac fdeaz fdecc fdu feacft feccft fede fens
   feoobft feotpft fepft fepotpft fercft ferrt fertft fi flo fn fpar fpurh fs fsa fui fv fvr limit_delegation
   gd_auth_email_verification gd_auth_fail_email_verification gd_module_switch gd_otp_rate_limit_exceed
   gd_recovery_rate_limit_exceed gd_send_email gd_send_email_failure gd_send_email_verification
   gd_send_email_verification_failure gd_send_pn_failure gd_send_sms gd_send_sms_failure gd_send_voice
   gd_send_voice_failure gd_start_auth gd_start_enroll gd_start_enroll_failed gd_tenant_update
   gd_update_device_account gd_user_delete gd_webauthn_challenge_failed gd_webauthn_enrollment_failed
   limit_mu limit_sul limit_wc mfar mgmt_api_read oidc_backchannel_logout_failed
   oidc_backchannel_logout_succeeded pla reset_pwd_leak resource_cleanup sapi sce scoa scp scpn scpr scu sd
   sdu seacft seccft sede sens seoobft seotpft sepft sepkoobft sepkotpft sepkrcft sercft sertft si signup_pwd_leak
   srrt ss ss_sso_failure ss_sso_info ss_sso_success ssa sui sv svr sys_os_update_end sys_os_update_start
   sys_update_end sys_update_start too_many_records ublkdu universal_logout_failed
   universal_logout_succeeded w wn wum`.split(/\s+/),
);
const irrelevantFamilies = /^(?:actions|admin|flows|forms|kms|my_account|organization|scim)_/;

const mapping: readonly Mapping[] = [
  ...[...events].map(([code, becomes]) => ({ says: `\`${code}\``, becomes })),
  { says: `\`${success}\``, becomes: 'push_approved' },
  {
    says: `\`${success}\` after ${otherSends.map((code) => `\`${code}\``).join(', ')} to the same user`,
    becomes: 'step_up_succeeded',
  },
  { says: 'any other code of the list', becomes: 'irrelevant' },
];

/** A log stream wraps each entry (`{log_id, data}`); the Management API does not. */
const entryOf = (row: Row): Row => asRow(fieldAt(row, 'data')) ?? row;

const subjectOf = (entry: Row): string | null => nameAt(entry, ['user_id'], ['user_name']);

const factsOf = (row: Row, code: string): RowFacts => {
  const entry = entryOf(row);
  return {
    id: nameAt(entry, ['log_id'], ['_id']) ?? nameAt(row, ['log_id']),
    subject: subjectOf(entry),
    time: timeIn(fieldAt(entry, 'date')),
    ip: addressAt(entry, ['ip']),
    userAgent: userAgentAt(entry, 'user_agent'),
    deviceId: null,
    promptId: nameAt(entry, ['session_id'], ['details', 'session_id']),
    said: code,
  };
};

/** The rows of successes that belong to a code by text, call or mail, as far as the document tells. */
const otherSuccesses = (rows: readonly Row[]): ReadonlySet<Row> => {
  const found = new Set<Row>();
  const lastSend = new Map<string, string>();
  const dated = rows
    .map((row) => ({ row, entry: entryOf(row), at: timeIn(fieldAt(entryOf(row), 'date')) ?? '' }))
    .sort((left, right) => (left.at < right.at ? -1 : Number(left.at > right.at)));
  for (const { row, entry } of dated) {
    const code = textAt(entry, ['type']);
    const subject = subjectOf(entry) ?? '';
    if (code === 'gd_send_pn' || otherSends.includes(code)) lastSend.set(subject, code);
    if (code === success && otherSends.includes(lastSend.get(subject) ?? '')) found.add(row);
  }
  return found;
};

const irrelevantOrUnknown = (code: string): RowVerdict =>
  irrelevantCodes.has(code) || irrelevantFamilies.test(code)
    ? irrelevantRow(codeText(code))
    : unknownRow(codeText(code), `the type ${codeText(code)} is not known`);

/** Tenant logs: a log stream, or the Management API's list. */
export const auth0: IdpFormat = {
  envelopes: [['logs']],
  fields: { subject: 'user_id', time: 'date' },
  mapping,
  openDocument: (rows) => {
    const byOtherWay = otherSuccesses(rows);
    return (row) => {
      const code = textAt(entryOf(row), ['type']);
      if (code === '') return unknownRow('a row without type', 'type is missing');
      // Auth0 does not say by which factor. Taken for a push, a success after refusals is looked at.
      const second = byOtherWay.has(row) ? 'step_up_succeeded' : 'push_approved';
      const type = code === success ? second : events.get(code);
      return type === undefined
        ? irrelevantOrUnknown(code)
        : { kind: 'events', types: [type], facts: factsOf(row, code) };
    };
  },
};
