import type {
  Alert,
  AlertAction,
  AlertCloser,
  AlertKind,
  CampaignScope,
} from '@stepgate/assessment';

/** MITRE ATT&CK: Multi-Factor Authentication Request Generation, under Credential Access. */
export const technique = {
  id: 'T1621',
  name: 'Multi-Factor Authentication Request Generation',
  tactic: { id: 'TA0006', name: 'Credential Access' },
} as const;

export const kindWords: Readonly<Record<AlertKind, string>> = {
  push_fatigue: 'push prompts without a yes',
  push_approved_after_denials: 'a push prompt approved after others were not',
  push_campaign: 'push prompts against many users',
};

export const actionWords: Readonly<Record<AlertAction, string>> = {
  number_matching_required: 'Push now asks the user to type the number on the login page.',
  push_forbidden: 'Push is no longer offered to this user.',
  phishing_resistant_required: 'Only a phishing-resistant authenticator is taken.',
  unknown_devices_denied: 'Devices that the user has not signed in with before are denied.',
  subject_denied: 'Logins of this user are denied.',
  subject_held: 'Further prompts and logins are on hold for a time.',
  approval_refused: 'The approval was not taken for a login.',
};

export const closerWords: Readonly<Record<AlertCloser, string>> = {
  quiet: 'nothing more has happened for a while',
  feedback_legitimate: 'reported as legitimate',
  feedback_compromised: 'reported as a compromise',
};

export const scopeWords: Readonly<Record<CampaignScope, string>> = {
  source: 'prompted from one address',
  network: 'prompted from one network',
  tenant: 'under attack in one tenant at a time',
};

/** Messages of Standard Webhooks are named by dotted words: `mfa.push_fatigue.opened`. */
export const messageType = ({ kind, phase }: Pick<Alert, 'kind' | 'phase'>): string =>
  `mfa.${kind}.${phase}`;

/** The section of the runbook about this kind of alert. */
export const runbookLink = ({ kind }: Pick<Alert, 'kind'>, runbookUrl: string): string =>
  `${runbookUrl}#${kind}`;

export const rfc3339 = (instant: number): string => new Date(instant).toISOString();
