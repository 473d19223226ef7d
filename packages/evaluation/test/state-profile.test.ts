import type { LearnedLogin } from '@stepgate/assessment';
import { createProfile, learnLogin, readProfile } from '../src/state/profile.js';
import { hourMs } from '../src/state/timed-set.js';

const start = Date.UTC(2026, 0, 5, 8);

const lesson = (over: Partial<LearnedLogin> = {}): LearnedLogin => ({
  device: 'laptop',
  fingerprint: 'one look',
  traits: 'i:1,a:1,c:1,u:1,b:1,o:1,t:1,',
  source: '192.0.2.1',
  place: { latitude: 52.09071, longitude: 5.12142, precisionKm: 19.2 },
  phishingResistant: false,
  ...over,
});

const attempt = (over: Partial<Parameters<typeof readProfile>[1]> = {}) => ({
  traits: lesson().traits,
  source: '192.0.2.1',
  device: 'laptop',
  fingerprint: 'one look',
  at: start + hourMs,
  ...over,
});

describe('the profile of a replay', () => {
  it('knows what proven logins taught, and counts how often', () => {
    const profile = createProfile();
    expect(learnLogin(profile, lesson(), start)).toBe(true);
    expect(learnLogin(profile, lesson(), start + 1)).toBe(false);
    const { history, ownTraits } = readProfile(profile, attempt());
    expect(history).toMatchObject({ logins: 2, knownDevices: 1, countrySeen: true, asnSeen: true });
    expect(ownTraits).toMatchObject({ address: 2, userAgent: 2, rtt: null, hour: 0 });
    expect(readProfile(profile, attempt({ at: start })).ownTraits.hour).toBe(2);
  });

  it('keeps a device trusted, and says whether it still looks the same', () => {
    const profile = createProfile();
    learnLogin(profile, lesson({ phishingResistant: true }), start);
    learnLogin(profile, lesson({ fingerprint: null }), start + 1);
    const device = (fingerprint: string | null) =>
      readProfile(profile, attempt({ fingerprint })).history.device;
    expect(device('one look')).toEqual({
      firstSeenAt: start,
      lastSeenAt: start + 1,
      trusted: true,
      sameFingerprint: true,
    });
    expect(device('another')?.sameFingerprint).toBe(false);
    expect(device(null)?.sameFingerprint).toBeNull();
  });

  it('forgets the least recently seen of each kind when there are too many', () => {
    const profile = createProfile();
    for (let n = 0; n < 17; n += 1) {
      const traits = `i:${String(n)},a:1,c:1,u:${String(n)},b:1,o:1,t:1,`;
      learnLogin(profile, lesson({ device: `device ${String(n)}`, traits }), start + n * hourMs);
    }
    const first = readProfile(profile, attempt({ device: 'device 0', traits: 'i:0,,,u:0,,,,' }));
    expect(first.history.device).toBeNull();
    expect(first.history.knownDevices).toBe(16);
    // Sixteen user agents are kept, and twice as many addresses.
    expect(first.ownTraits).toMatchObject({ userAgent: 0, address: 1 });
    expect(readProfile(profile, attempt({ device: 'device 1' })).history.device).not.toBeNull();
  });

  it('has one place for each source and each point, the latest first, three at most', () => {
    const profile = createProfile();
    const learnAt = (latitude: number, source: string, hours: number): void => {
      const place = { latitude, longitude: 5, precisionKm: 10 };
      learnLogin(profile, lesson({ place, source }), start + hours * hourMs);
    };
    const latitudes = (): readonly number[] =>
      readProfile(profile, attempt()).history.places.map(({ latitude }) => latitude);
    learnAt(1, 'a', 0);
    learnAt(2, 'b', 1);
    learnAt(1.5, 'a', 2);
    expect(latitudes()).toEqual([1.5, 2]);
    learnAt(3, 'c', 3);
    learnAt(4, 'd', 4);
    expect(latitudes()).toEqual([4, 3, 1.5]);
    learnAt(9, 'late', -50);
    expect(latitudes()).toEqual([4, 3, 1.5]);
  });

  it('halves its hours before a count needs a third digit', () => {
    const profile = createProfile();
    learnLogin(profile, lesson(), start + 5 * hourMs);
    for (let n = 0; n < 1_296; n += 1) learnLogin(profile, lesson(), start);
    const hours = readProfile(profile, attempt()).history.loginsByHour;
    expect([hours[8], hours[13]]).toEqual([648, 0]);
  });
});
