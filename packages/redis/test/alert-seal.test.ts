import { randomBytes } from 'node:crypto';
import type { SealedAlert } from '@stepgate/assessment';
import { AlertUnreadableError, createAlertSeal } from '../src/index.js';
import { morning, sealedAlert } from './requests.js';

describe('the alert seal', () => {
  const entry: SealedAlert = {
    ...sealedAlert,
    sources: [{ country: 'NL', asn: 1136, prompts: 3, lastAt: morning, sealedAddress: null }],
  };
  const who = { type: 'user', id: 'alice' };
  const sealed = (by: ReturnType<typeof createAlertSeal>): SealedAlert => ({
    ...entry,
    sealedSubject: by.sealSubject(who),
    sources: entry.sources.map((one) => ({ ...one, sealedAddress: by.sealAddress('203.0.113.9') })),
  });

  it('opens what it sealed, and no two seals look alike', () => {
    const seal = createAlertSeal(randomBytes(32));
    const opened = seal.open(sealed(seal));
    expect(opened.subject).toEqual(who);
    expect(opened.sources[0]?.address).toBe('203.0.113.9');
    expect(seal.sealSubject(who)).not.toBe(seal.sealSubject(who));
  });

  it('refuses what was changed, cut, swapped, or sealed under another secret', () => {
    const seal = createAlertSeal(randomBytes(32));
    const good = seal.sealSubject(who);
    const changed = `${good.startsWith('A') ? 'B' : 'A'}${good.slice(1)}`;
    for (const bad of ['', 'AAAA', good.slice(0, -4), changed, seal.sealAddress('203.0.113.9')]) {
      expect(() => seal.open({ ...entry, sealedSubject: bad })).toThrow(AlertUnreadableError);
    }
    const other = createAlertSeal(randomBytes(32));
    expect(() => other.open(sealed(seal))).toThrow(AlertUnreadableError);
  });
});
