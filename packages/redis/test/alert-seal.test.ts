import { randomBytes } from 'node:crypto';
import { forgottenSubject, type SealedAlert } from '@stepgate/assessment';
import { AlertUnreadableError, createAlertSeal } from '../src/index.js';
import { morning, sealedAlert } from './requests.js';

describe('the alert seal', () => {
  const entry: SealedAlert = {
    ...sealedAlert,
    sources: [{ country: 'NL', asn: 1136, prompts: 3, lastAt: morning, sealedAddress: null }],
  };
  const who = { type: 'user', id: 'alice' };
  const sealed = (
    by: Pick<ReturnType<typeof createAlertSeal>, 'sealSubject' | 'sealAddress'>,
  ): SealedAlert => ({
    ...entry,
    sealedSubject: by.sealSubject(who),
    sources: entry.sources.map((one) => ({ ...one, sealedAddress: by.sealAddress('203.0.113.9') })),
  });

  it('opens what it sealed, and no two seals look alike', async () => {
    const seal = createAlertSeal(randomBytes(32));
    const opened = await seal.open(sealed(seal));
    expect(opened.subject).toEqual(who);
    expect(opened.sources[0]?.address).toBe('203.0.113.9');
    expect(seal.sealSubject(who)).not.toBe(seal.sealSubject(who));
  });

  it('refuses what was changed, cut, swapped, or sealed under another secret', async () => {
    const seal = createAlertSeal(randomBytes(32));
    const good = seal.sealSubject(who);
    const changed = `${good.startsWith('A') ? 'B' : 'A'}${good.slice(1)}`;
    for (const bad of ['', 'AAAA', good.slice(0, -4), changed, seal.sealAddress('203.0.113.9')]) {
      await expect(seal.open({ ...entry, sealedSubject: bad })).rejects.toThrow(
        AlertUnreadableError,
      );
    }
    const other = createAlertSeal(randomBytes(32));
    await expect(other.open(sealed(seal))).rejects.toThrow(AlertUnreadableError);
  });

  const salted = { place: `0a${'x'.repeat(22)}`, salt: 'grains' };

  it('opens what was sealed under a salt, and nothing of a person once the salt is gone', async () => {
    const secret = randomBytes(32);
    const kept = new Map([[salted.place, salted.salt]]);
    const seal = createAlertSeal(secret, () => Promise.resolve(kept));
    const alert = sealed({ ...seal, ...seal.under(salted) });
    expect(await seal.open(alert)).toMatchObject({
      subject: who,
      sources: [{ address: '203.0.113.9' }],
    });
    kept.clear();
    expect(await seal.open(alert)).toMatchObject({
      subject: forgottenSubject,
      sources: [{ address: null }],
    });
  });

  it('refuses what was sealed under another salt', async () => {
    const kept = new Map([[salted.place, 'other grains']]);
    const seal = createAlertSeal(randomBytes(32), () => Promise.resolve(kept));
    const alert = sealed({ ...seal, ...seal.under(salted) });
    await expect(seal.open(alert)).rejects.toThrow(AlertUnreadableError);
  });
});
