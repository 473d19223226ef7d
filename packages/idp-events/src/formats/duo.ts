import type { EventType } from '@stepgate/engine';
import {
  addressAt,
  codeText,
  fieldAt,
  nameAt,
  numberAt,
  textAt,
  timeIn,
  timeOfMs,
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

/** Version 1 of the log writes `Duo Push` and `User approved` where version 2 has codes. */
const codeOf = (row: Row, field: string): string =>
  textAt(row, [field]).toLowerCase().replaceAll(/[ -]/g, '_');

/** Ask the owner to agree to something somebody else has begun: a call does so no less than a push. */
const prompts = ['duo_push', 'verified_duo_push', 'duo_push_verified', 'phone_call'];

const onPrompt: ReadonlyMap<string, EventType> = new Map([
  ['user_mistake', 'push_denied'],
  // By whoever sits at the login form, which in an attack is not the owner.
  ['user_cancelled', 'push_denied'],
  ['user_denied', 'push_denied'],
  ['anomalous_push', 'push_denied'],
  ['no_response', 'push_ignored'],
  ['no_keys_pressed', 'push_ignored'],
  ['call_timed_out', 'push_ignored'],
  ['verification_code_incorrect', 'push_denied'],
  ['verification_code_missing', 'push_ignored'],
]);

const wrongProof = [
  'invalid_passcode',
  'invalid_device',
  'no_response',
  'user_cancelled',
  'user_mistake',
];

/** Refused by Duo before anybody was asked. */
const refused = new Set(
  `allow_unenrolled_user_on_trusted_network anonymous_ip anomalous_push bypass_user
   could_not_determine_if_endpoint_was_trusted denied_by_policy denied_network deny_unenrolled_user
   endpoint_failed_google_verification endpoint_is_not_in_management_system endpoint_is_not_trusted
   factor_restricted frequent_attempts invalid_management_certificate_collection_state
   invalid_referring_hostname_provided location_restricted locked_out no_activated_duo_mobile_account
   no_disk_encryption no_duo_certificate_present no_referring_hostname_provided no_screen_lock
   no_web_referer_match out_of_date platform_restricted queued_inflight_auth_expired rooted_device
   software_restricted touchid_disabled touch_id_disabled user_disabled user_not_in_permitted_group
   user_provided_invalid_certificate version_restricted`.split(/\s+/),
);

/** Let in without asking for anything. */
const notAsked = [
  'remembered_device',
  'trusted_network',
  'trusted_location',
  'allow_unenrolled_user',
  'allowed_by_policy',
  'bypass_user',
];

const results: ReadonlyMap<string, 'success' | 'denied' | 'fraud' | 'error'> = new Map([
  ['success', 'success'],
  ['denied', 'denied'],
  ['failure', 'denied'],
  ['fraud', 'fraud'],
  ['error', 'error'],
]);

const mapping: readonly Mapping[] = [
  { says: '`fraud`', becomes: 'push_reported' },
  { says: '`success` by push or call', becomes: 'push_approved' },
  ...[...onPrompt].map(([reason, becomes]) => ({
    says: `\`denied\` of a push or call, \`${reason}\``,
    becomes,
  })),
  { says: '`success` by any other factor', becomes: 'step_up_succeeded' },
  { says: '`success` by `bypass_code`', becomes: 'recovery_used' },
  {
    says: `\`success\`, ${notAsked.map((reason) => `\`${reason}\``).join(' ')}`,
    becomes: 'irrelevant',
  },
  {
    says: `\`denied\` by any other factor, ${wrongProof.map((reason) => `\`${reason}\``).join(' ')}`,
    becomes: 'step_up_failed',
  },
  {
    says: '`denied` before anybody was asked (`locked_out`, `denied_by_policy` …)',
    becomes: 'login_failed',
  },
  { says: '`event_type` `enrollment`', becomes: 'authenticator_enrolled' },
  { says: '`error`', becomes: 'irrelevant' },
];

const typeOfDenial = (factor: string, reason: string): EventType | null => {
  const asked = prompts.includes(factor) ? onPrompt.get(reason) : undefined;
  if (asked !== undefined) return asked;
  if (wrongProof.includes(reason)) return 'step_up_failed';
  return refused.has(reason) ? 'login_failed' : null;
};

const typeOfSuccess = (factor: string, reason: string): EventType | 'irrelevant' => {
  if (notAsked.includes(reason) || notAsked.includes(factor)) return 'irrelevant';
  if (prompts.includes(factor)) return 'push_approved';
  return factor === 'bypass_code' ? 'recovery_used' : 'step_up_succeeded';
};

const typeOf = (row: Row): EventType | 'irrelevant' | null => {
  const factor = codeOf(row, 'factor');
  const reason = codeOf(row, 'reason');
  const result = results.get(codeOf(row, 'result'));
  if (codeOf(row, 'event_type') === 'enrollment') {
    return result === 'success' ? 'authenticator_enrolled' : 'irrelevant';
  }
  switch (result) {
    case 'fraud':
      return 'push_reported';
    case 'success':
      return typeOfSuccess(factor, reason);
    case 'denied':
      return typeOfDenial(factor, reason);
    case 'error':
      return 'irrelevant';
    case undefined:
      return null;
  }
};

const secondsToMs = (seconds: number | null): number | null =>
  seconds === null ? null : seconds * 1_000;

const factsOf = (row: Row, said: string): RowFacts => ({
  id: nameAt(row, ['txid']),
  subject: nameAt(row, ['user', 'name'], ['username'], ['email']),
  time: timeIn(fieldAt(row, 'isotimestamp')) ?? timeOfMs(secondsToMs(numberAt(row, 'timestamp'))),
  ip: addressAt(row, ['access_device', 'ip'], ['ip']),
  userAgent: null,
  deviceId: nameAt(row, ['access_device', 'epkey']),
  authenticatorIp: addressAt(row, ['auth_device', 'ip']),
  promptId: nameAt(row, ['txid']),
  said,
});

const readRow = (row: Row): RowVerdict => {
  const said = ['factor', 'result', 'reason']
    .map((field) => codeText(codeOf(row, field)))
    .join(' ');
  const type = typeOf(row);
  if (type === 'irrelevant') return irrelevantRow(said);
  return type === null
    ? unknownRow(said, `the result and reason (${said}) are not known`)
    : { kind: 'events', types: [type], facts: factsOf(row, said) };
};

/** Authentication logs of the Admin API: version 2, and version 1 where it says the same. */
export const duo: IdpFormat = {
  envelopes: [['response', 'authlogs'], ['authlogs'], ['response']],
  fields: { subject: 'user.name', time: 'isotimestamp' },
  mapping,
  openDocument: () => readRow,
};
