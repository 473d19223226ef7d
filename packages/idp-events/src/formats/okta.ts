import type { EventType } from '@stepgate/engine';
import {
  addressAt,
  codeText,
  fieldAt,
  listAt,
  nameAt,
  nameIn,
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

/** What a row becomes by its outcome; `ALLOW` is how policies say SUCCESS. */
interface ByOutcome {
  readonly success: EventType | 'irrelevant';
  readonly failure: EventType | 'irrelevant';
}

const always = (type: EventType | 'irrelevant'): ByOutcome => ({ success: type, failure: type });
const onSuccess = (type: EventType): ByOutcome => ({ success: type, failure: 'irrelevant' });

const pushFactor = 'OKTA_VERIFY_PUSH';

/**
 * A refused push has a row of its own (`deny_push`) and one without an answer is inferred, so that the
 * failed verification of the same push is a failed step-up and no second refusal.
 */
const pushVerification: ByOutcome = { success: 'push_approved', failure: 'step_up_failed' };

const eventTypes: ReadonlyMap<string, ByOutcome> = new Map([
  ['system.push.send_factor_verify_push', onSuccess('push_sent')],
  ['user.mfa.okta_verify.deny_push', always('push_denied')],
  ['user.mfa.okta_verify.deny_push_upgrade_needed', always('push_denied')],
  ['user.authentication.auth_via_mfa', { success: 'step_up_succeeded', failure: 'step_up_failed' }],
  ['user.session.start', { success: 'login_succeeded', failure: 'login_failed' }],
  ['user.session.end', onSuccess('session_ended')],
  ['user.account.report_suspicious_activity_by_enduser', always('push_reported')],
  ['user.mfa.factor.activate', onSuccess('authenticator_enrolled')],
  ['user.mfa.factor.deactivate', onSuccess('authenticator_removed')],
  ['user.mfa.factor.reset_all', onSuccess('authenticator_removed')],
  ['device.enrollment.create', onSuccess('authenticator_enrolled')],
  ['user.account.reset_password', onSuccess('recovery_used')],
  ['security.breached_credential.detected', always('credential_breached')],
]);

/** Families of Okta's catalogue in which nothing happens to a login. */
const irrelevantFamilies =
  /^(?:access|analytics|app|application|certification|core|credential|device|directory|event_hook|governance|group|iam|inline_hook|network_zone|oauth2|org|pam|pki|plugin|policy|rate_limit|scheduled_action|security|support|task|workflow|workflows|zone|system\.(?!push\b)\w+|user\.(?:account|credential|import|lifecycle|registration|risk))\./;

/** Where logins happen, each name stands for itself: a new one is to be looked at. */
const irrelevantNames = new Set(
  `user.authentication.auth user.authentication.auth_unconfigured_identifier
   user.authentication.auth_via_AD_agent user.authentication.auth_via_IDP
   user.authentication.auth_via_LDAP_agent user.authentication.auth_via_inbound_SAML
   user.authentication.auth_via_inbound_delauth user.authentication.auth_via_iwa
   user.authentication.auth_via_radius user.authentication.auth_via_richclient
   user.authentication.auth_via_social user.authentication.authenticate user.authentication.slo
   user.authentication.sso user.authentication.universal_logout
   user.authentication.universal_logout.scheduled user.authentication.verify user.mfa.attempt_bypass
   user.mfa.factor.suspend user.mfa.factor.unsuspend user.mfa.factor.update user.mfa.okta_verify
   user.session.access_admin_app user.session.clear user.session.context.change user.session.expire
   user.session.impersonation.end user.session.impersonation.extend user.session.impersonation.grant
   user.session.impersonation.initiate user.session.impersonation.revoke`.split(/\s+/),
);

/** Neither the one nor the other, and followed by a row that is. */
const openOutcomes = ['CHALLENGE', 'SKIPPED', 'UNKNOWN', 'UNANSWERED', 'SCHEDULED', 'DEFERRED'];

const mapping: readonly Mapping[] = [
  ...[...eventTypes].flatMap(([name, { success, failure }]): Mapping[] =>
    success === failure
      ? [{ says: `\`${name}\``, becomes: success }]
      : [
          { says: `\`${name}\`, SUCCESS`, becomes: success },
          { says: `\`${name}\`, FAILURE`, becomes: failure },
        ],
  ),
  {
    says: `\`user.authentication.auth_via_mfa\` with the factor \`${pushFactor}\`, SUCCESS`,
    becomes: pushVerification.success,
  },
  {
    says: `\`user.authentication.auth_via_mfa\` with the factor \`${pushFactor}\`, FAILURE`,
    becomes: pushVerification.failure,
  },
  { says: `of these, ${openOutcomes.join(', ')}`, becomes: 'irrelevant' },
  { says: 'other event types that Okta is known to write', becomes: 'irrelevant' },
];

/** Where an administrator, or Okta itself, does something to a user, the user is the target. */
const subjectOf = (row: Row): string | null => {
  const target = listAt(row, ['target']).find((one) => fieldAt(one, 'type') === 'User');
  const person =
    target !== undefined &&
    textAt(row, ['actor', 'alternateId']) !== textAt(target, ['alternateId'])
      ? target
      : fieldAt(row, 'actor');
  return nameAt(person, ['alternateId'], ['id']);
};

/** Okta writes these words where there is no session. */
const sessionOf = (row: Row): string | null => {
  const session = nameIn(fieldAt(row, 'authenticationContext', 'externalSessionId'));
  return session === null || ['unknown', 'null'].includes(session) ? null : session;
};

/** Written when the phone answers: the client of such a row is the phone. */
const answers: readonly EventType[] = ['push_approved', 'push_denied', 'push_reported'];

const clientOf = (
  row: Row,
  type: EventType,
): Pick<RowFacts, 'ip' | 'userAgent' | 'deviceId' | 'authenticatorIp'> => {
  const ip = addressAt(row, ['client', 'ipAddress']);
  return answers.includes(type)
    ? { ip: null, userAgent: null, deviceId: null, authenticatorIp: ip }
    : {
        ip,
        userAgent: userAgentAt(row, 'client', 'userAgent', 'rawUserAgent'),
        deviceId: nameAt(row, ['client', 'id']),
      };
};

const factsOf = (row: Row, type: EventType, said: string): RowFacts => ({
  id: nameAt(row, ['uuid']),
  subject: subjectOf(row),
  time: timeIn(fieldAt(row, 'published')),
  ...clientOf(row, type),
  // A transaction of Okta's is one HTTP request: the prompt and its answer are two of them.
  promptId: sessionOf(row),
  said,
});

const becomesOf = (row: Row, name: string): ByOutcome | null => {
  const factor = textAt(row, ['debugContext', 'debugData', 'factor']);
  if (name === 'user.authentication.auth_via_mfa' && factor === pushFactor) return pushVerification;
  return eventTypes.get(name) ?? null;
};

const outcomes: ReadonlyMap<string, keyof ByOutcome> = new Map([
  ['SUCCESS', 'success'],
  ['ALLOW', 'success'],
  ['FAILURE', 'failure'],
  ['DENY', 'failure'],
]);
const typeFor = (becomes: ByOutcome, result: string): EventType | 'irrelevant' | null => {
  if (becomes.success === becomes.failure) return becomes.success;
  const outcome = outcomes.get(result);
  if (outcome !== undefined) return becomes[outcome];
  return openOutcomes.includes(result) ? 'irrelevant' : null;
};

const readRow = (row: Row): RowVerdict => {
  const name = textAt(row, ['eventType']);
  if (name === '') return unknownRow('a row without eventType', 'eventType is missing');
  const becomes = becomesOf(row, name);
  if (becomes === null) {
    return irrelevantNames.has(name) || irrelevantFamilies.test(name)
      ? irrelevantRow(codeText(name))
      : unknownRow(codeText(name), `the event type ${codeText(name)} is not known`);
  }
  const result = textAt(row, ['outcome', 'result']);
  const said = `${name} ${codeText(result)}`;
  const type = typeFor(becomes, result);
  if (type === null) return unknownRow(said, `the outcome ${codeText(result)} is not known`);
  return type === 'irrelevant'
    ? irrelevantRow(said)
    : { kind: 'events', types: [type], facts: factsOf(row, type, said) };
};

/** System Log events, as an event hook delivers them and as the System Log API lists them. */
export const okta: IdpFormat = {
  envelopes: [['data', 'events']],
  fields: { subject: 'actor.alternateId', time: 'published' },
  mapping,
  openDocument: () => readRow,
};
