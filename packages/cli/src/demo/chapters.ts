import { devices, origins } from './cast.js';
import type { Attempt, Chapter, Expectation, Happening, Origin } from './story.js';

const day = 24 * 60;
const clock = (days: number, hour: number, minute = 0): number => days * day + hour * 60 + minute;

type Person = Pick<Attempt, 'subject' | 'authenticators' | 'application' | 'groups'>;
const alice: Person = {
  subject: 'alice',
  authenticators: ['passkey', 'totp', 'push', 'sms'],
  application: 'payroll',
  groups: ['finance'],
};
const bob: Person = { subject: 'bob', authenticators: ['passkey', 'push'], application: 'wiki' };
const dave: Person = {
  subject: 'dave',
  authenticators: ['passkey', 'totp', 'push'],
  application: 'wiki',
};
const nora: Person = {
  subject: 'nora',
  authenticators: ['security_key', 'push'],
  application: 'ward',
  groups: ['nurses'],
};

type Rest = Omit<Attempt, 'kind' | 'subject' | 'authenticators' | 'application' | 'groups'>;
const attempt = (person: Person, rest: Rest): Attempt => ({ kind: 'attempt', ...person, ...rest });

const allowed: Expectation = { decision: 'allow' };

/** The first login is always stepped up: nothing is known yet. Then the person is recognised. */
const ordinaryDays = (
  person: Person,
  where: Pick<Attempt, 'from' | 'device'>,
  days: readonly number[],
): Attempt[] =>
  days.map((n, index) =>
    attempt(person, {
      at: clock(n, 8, 30 + index),
      ...where,
      ...(index === 0
        ? {
            expect: { decision: 'step_up', reasons: ['device_unseen'] },
            completion: { with: person.authenticators[0] ?? 'totp', expect: allowed },
          }
        : { expect: allowed }),
    }),
  );

const week: Chapter = {
  title: 'A week of ordinary logins',
  steps: [
    ...ordinaryDays(alice, { from: origins.utrecht, device: devices.aliceLaptop }, [0, 1, 2, 3, 4]),
    ...ordinaryDays(bob, { from: origins.rotterdam, device: devices.bobLaptop }, [0, 1, 2, 3, 4]),
    ...ordinaryDays(dave, { from: origins.hamburg, device: devices.daveLaptop }, [0, 2, 4]),
  ].sort((a, b) => a.at - b.at),
};

const newPhone: Chapter = {
  title: 'A new phone',
  steps: [
    attempt(alice, {
      at: clock(5, 9),
      from: origins.train,
      device: devices.alicePhone,
      expect: { decision: 'step_up', reasons: ['device_unseen', 'asn_unseen'] },
      completion: { with: 'totp', expect: allowed },
    }),
    attempt(alice, {
      at: clock(6, 9),
      from: origins.train,
      device: devices.alicePhone,
      expect: allowed,
    }),
  ],
};

const holiday: Chapter = {
  title: 'A holiday with the own laptop',
  steps: [
    attempt(alice, {
      at: clock(12, 10),
      from: origins.barcelona,
      device: devices.aliceLaptop,
      expect: { decision: 'allow', reasons: ['country_unseen', 'asn_unseen'] },
    }),
    attempt(alice, {
      at: clock(19, 9),
      from: origins.utrecht,
      device: devices.aliceLaptop,
      expect: allowed,
    }),
  ],
};

const tor = (exit: Origin): Chapter => ({
  title: "Somebody has alice's password and comes through Tor",
  steps: [
    attempt(alice, {
      at: clock(20, 3, 12),
      from: exit,
      device: devices.thief,
      expect: {
        decision: 'step_up',
        reasons: ['ip_listed', 'device_unseen'],
        authenticators: ['passkey'],
      },
      completion: { with: 'push', expect: { decision: 'step_up' } },
    }),
  ],
});

const travel: Chapter = {
  title: 'Rotterdam, then Sydney half an hour later',
  steps: [
    attempt(bob, {
      at: clock(21, 9),
      from: origins.rotterdam,
      device: devices.bobLaptop,
      expect: allowed,
    }),
    attempt(bob, {
      at: clock(21, 9, 30),
      from: origins.sydney,
      device: devices.thief,
      expect: {
        decision: 'step_up',
        reasons: ['travel_impossible', 'device_unseen', 'country_unseen'],
        authenticators: ['passkey'],
      },
    }),
  ],
};

const sprayed = ['alice', ...Array.from({ length: 39 }, (_, n) => `employee-${String(n + 1)}`)];

const spraying: Chapter = {
  title: 'One address tries a password on forty accounts',
  steps: [
    {
      kind: 'happening',
      at: clock(22, 2),
      type: 'login_failed',
      subjects: sprayed,
      from: origins.london,
      times: 1,
      every: 0.1,
    },
    attempt(
      { subject: 'employee-17', authenticators: ['passkey', 'totp'], application: 'wiki' },
      {
        at: clock(22, 2, 6),
        from: origins.london,
        device: devices.sprayer,
        expect: { decision: 'step_up', reasons: ['source_spraying'], authenticators: ['passkey'] },
      },
    ),
    attempt(alice, {
      at: clock(22, 2, 8),
      from: origins.utrecht,
      device: devices.aliceLaptop,
      expect: allowed,
    }),
  ],
};

const prompts = (at: number, type: Happening['type'], times: number): Happening => ({
  kind: 'happening',
  at,
  type,
  subjects: ['dave'],
  from: origins.london,
  times,
  every: 0.5,
});

const bomber = { from: origins.london, device: devices.bomber };

const bombing: Chapter = {
  title: "dave's password is stolen, and his phone will not stop buzzing",
  steps: [
    attempt(dave, {
      at: clock(23, 23),
      ...bomber,
      expect: {
        decision: 'step_up',
        reasons: ['device_unseen'],
        authenticators: ['passkey', 'totp', 'push'],
      },
    }),
    prompts(clock(23, 23, 1), 'push_ignored', 2),
    prompts(clock(23, 23, 3), 'push_denied', 1),
    attempt(dave, {
      at: clock(23, 23, 4),
      ...bomber,
      expect: { decision: 'step_up', reasons: ['push_fatigue'] },
      // The tired approval: he taps "approve" and even types the number that he was told on the phone.
      completion: {
        with: 'push',
        expect: {
          decision: 'step_up',
          reasons: ['push_approved_after_denials'],
          authenticators: ['passkey'],
        },
      },
    }),
    prompts(clock(23, 23, 5), 'push_approved', 1),
    prompts(clock(23, 23, 6), 'push_denied', 2),
    attempt(dave, {
      at: clock(23, 23, 8),
      ...bomber,
      expect: {
        decision: 'step_up',
        reasons: ['push_fatigue', 'push_approved_after_denials'],
        authenticators: ['passkey'],
      },
    }),
    prompts(clock(23, 23, 9), 'push_ignored', 5),
    attempt(dave, {
      at: clock(23, 23, 13),
      ...bomber,
      expect: { decision: 'deny', reasons: ['push_fatigue', 'subject_locked'] },
    }),
    attempt(dave, {
      at: clock(23, 23, 14),
      from: origins.hamburg,
      device: devices.daveLaptop,
      // The owner is held to his strongest factor, not locked out.
      expect: { decision: 'step_up', authenticators: ['passkey'] },
      completion: { with: 'passkey', expect: allowed },
    }),
  ],
};

const nurse: Chapter = {
  title: 'A nurse on the ward, and at home',
  steps: [
    attempt(nora, {
      at: clock(24, 6, 55),
      from: origins.ward,
      device: devices.wardTerminal,
      expect: allowed,
    }),
    attempt(nora, {
      at: clock(24, 19, 30),
      from: origins.utrecht,
      device: devices.noraTablet,
      expect: { decision: 'step_up', authenticators: ['security_key'] },
      completion: { with: 'security_key', expect: allowed },
    }),
  ],
};

/** The story in order. @param torExit a Tor exit of the reputation list in use. */
export const chapters = (torExit: string): readonly Chapter[] => [
  week,
  newPhone,
  holiday,
  tor({ label: 'a Tor exit', ip: torExit }),
  travel,
  spraying,
  bombing,
  nurse,
];

/** Kinds of alerts that the story must raise, each once. */
export const expectedAlerts = ['push_approved_after_denials'] as const;
