import { demandOf } from '@stepgate/testing';
import { authenticators, type Authenticator } from '../src/attempt.js';
import { stepUpFor, strictest, tightened } from '../src/outcome.js';
import { outcomes, strengths, type OutcomeSpec, type Strength } from '../src/policy.js';

describe('strictest', () => {
  it.each(outcomes.flatMap((a, i) => outcomes.map((b, j) => [a, b, outcomes[Math.max(i, j)]])))(
    'of %s and %s is %s',
    (a, b, expected) => {
      expect(strictest(demandOf(a ?? 'deny'), demandOf(b ?? 'deny')).outcome).toBe(expected);
    },
  );

  it('joins what the two demand', () => {
    const a = demandOf('allow', { require: 'phishing_resistant', forbid: ['sms', 'push'] });
    const b = demandOf('step_up', {
      require: 'mfa',
      forbid: ['push', 'voice'],
      numberMatching: true,
    });
    const joined: OutcomeSpec = {
      outcome: 'step_up',
      require: 'phishing_resistant',
      forbid: ['sms', 'push', 'voice'],
      numberMatching: true,
    };
    expect(strictest(a, b)).toStrictEqual(joined);
    expect({ ...strictest(b, a), forbid: [] }).toStrictEqual({ ...joined, forbid: [] });
  });
});

const acrOf: Readonly<Record<Strength, readonly string[]>> = {
  any: [],
  mfa: ['https://refeds.org/profile/mfa'],
  phishing_resistant: ['phr'],
  phishing_resistant_hardware: ['phrh'],
};

describe('stepUpFor', () => {
  it.each<[Strength, readonly Authenticator[]]>([
    ['any', authenticators],
    ['mfa', ['passkey', 'security_key', 'totp', 'hotp', 'push', 'sms', 'voice']],
    ['phishing_resistant', ['passkey', 'security_key']],
    ['phishing_resistant_hardware', ['security_key']],
  ])(
    'offers, for %s, all that reach it when the caller did not say what is enrolled',
    (require, offered) => {
      expect(stepUpFor(demandOf('step_up', { require }), null)).toStrictEqual({
        authenticators: offered,
        forbidden: [],
        acrValues: acrOf[require],
        numberMatching: false,
        maxAge: 0,
        enrolmentRequired: false,
      });
    },
  );

  it('offers what is allowed and enrolled, best first, whatever the order of enrolment', () => {
    const demand = demandOf('step_up', {
      require: 'mfa',
      forbid: ['sms', 'push'],
      numberMatching: true,
    });
    expect(stepUpFor(demand, ['recovery_code', 'sms', 'push', 'totp', 'passkey'])).toStrictEqual({
      authenticators: ['passkey', 'totp'],
      forbidden: ['push', 'sms'],
      acrValues: ['https://refeds.org/profile/mfa'],
      numberMatching: true,
      maxAge: 0,
      enrolmentRequired: false,
    });
  });

  it.each<[string, Partial<OutcomeSpec>, readonly Authenticator[]]>([
    ['nothing is enrolled', {}, []],
    ['only weaker ones are enrolled', { require: 'phishing_resistant' }, ['totp', 'push', 'sms']],
    ['a passkey is not hardware-bound', { require: 'phishing_resistant_hardware' }, ['passkey']],
    [
      'all that is enrolled is forbidden',
      { require: 'mfa', forbid: ['push', 'sms'] },
      ['push', 'sms'],
    ],
    ['a recovery code is no second factor', { require: 'mfa' }, ['recovery_code']],
  ])('requires enrolment and offers nothing weaker when %s', (_case, overrides, enrolled) => {
    const { authenticators: offered, enrolmentRequired } = stepUpFor(
      demandOf('step_up', overrides),
      enrolled,
    );
    expect([offered, enrolmentRequired]).toStrictEqual([[], true]);
  });

  it('requires enrolment when all that would do is forbidden, enrolled or not', () => {
    const demand = demandOf('step_up', {
      require: 'phishing_resistant',
      forbid: ['passkey', 'security_key'],
    });
    expect(stepUpFor(demand, null).enrolmentRequired).toBe(true);
  });
});

describe('tightened', () => {
  const asked = stepUpFor(demandOf('step_up', { require: 'mfa', forbid: ['voice'] }), [
    'passkey',
    'totp',
    'push',
    'voice',
  ]);

  it('changes nothing for a demand that asks for no more', () => {
    expect(tightened(asked, demandOf('allow'))).toStrictEqual(asked);
  });

  it.each(strengths)('keeps what was asked for when it was %s', (require) => {
    const strong = stepUpFor(demandOf('step_up', { require, numberMatching: true }), [
      'security_key',
    ]);
    expect(tightened(strong, demandOf('allow'))).toStrictEqual(strong);
  });

  it('takes away what is forbidden by now', () => {
    expect(
      tightened(asked, demandOf('allow', { forbid: ['push'], numberMatching: true })),
    ).toStrictEqual({
      ...asked,
      authenticators: ['passkey', 'totp'],
      forbidden: ['push', 'voice'],
      numberMatching: true,
    });
  });

  it('requires enrolment when nothing of what was offered is strong enough by now', () => {
    const demand = demandOf('step_up', { require: 'phishing_resistant_hardware' });
    expect(tightened(asked, demand)).toStrictEqual({
      ...asked,
      authenticators: [],
      acrValues: ['phrh'],
      enrolmentRequired: true,
    });
  });
});
