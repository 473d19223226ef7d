import type { Alert } from '@stepgate/assessment';

const askTheUser =
  'Call the user on a number that you know and ask whether the prompts were theirs. Do not ask by mail or chat.';
const resetPassword =
  'If they were not: whoever sends them knows the password. Reset it and end the sessions.';
const report = (answer: string): string =>
  `Tell stepgate what you found (event ${answer}); that closes the alert.`;

const underAttack: readonly string[] = [
  askTheUser,
  resetPassword,
  'Compare the addresses and devices with those of the user; block what is foreign at the edge.',
  report('feedback_legitimate or feedback_compromised'),
];

const gaveIn: readonly string[] = [
  'End all sessions of the user now.',
  'Reset the password and remove every authenticator enrolled since the attack began.',
  'Go through what the account did after the approval.',
  askTheUser,
  report('feedback_legitimate or feedback_compromised'),
];

const campaign: readonly string[] = [
  'Block the address or network at the edge, if it is one.',
  'The passwords of the users under attack are known to somebody: reset them, the listed ones first.',
  'Look for an alert push_approved_after_denials among them: that account comes first.',
  'Require phishing-resistant authenticators in the policy until it is over.',
];

const closed = (alert: Alert): readonly string[] => {
  if (alert.closedBy === 'feedback_legitimate') return ['Nothing.'];
  if (alert.closedBy === 'feedback_compromised') {
    return [
      'Check that the password is reset, the sessions are ended and foreign authenticators gone.',
    ];
  }
  return alert.kind === 'push_approved_after_denials'
    ? ['The prompts have stopped, but an approval was given: do not leave it at that.', ...gaveIn]
    : [
        'The prompts have stopped; the password is still known to whoever sent them.',
        ...underAttack,
      ];
};

/** What a human should do now, in order. */
export const nextSteps = (alert: Alert): readonly string[] => {
  if (alert.kind === 'push_campaign') {
    return alert.phase === 'closed' ? ['Check that the passwords are reset.'] : campaign;
  }
  if (alert.phase === 'closed') return closed(alert);
  return alert.kind === 'push_approved_after_denials' ? gaveIn : underAttack;
};
