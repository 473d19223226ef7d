import { openFixture, type Fixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  dayMs,
  event,
  hourMs,
  learned,
  morning,
  subject,
  traits,
} from './requests.js';
import type { SubjectRef } from '@stepgate/engine';

const thiefTraits = { ...traits, address: '198.51.100.9', asn: '64500', country: 'BR' };
const oslo = { latitude: 59.91, longitude: 10.75, precisionKm: 10 };
const saoPaulo = { latitude: -23.55, longitude: -46.63, precisionKm: 10 };

describe('taking back what a thief has taught', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  const look = async (who: SubjectRef, from: Parameters<typeof admission>[0], now: number) =>
    admitted(await fixture.state.attempts.admitAttempt(admission({ subject: who, now, ...from })));
  const owner = { deviceId: 'laptop', traits };
  const thief = { deviceId: 'burner', traits: thiefTraits, address: '198.51.100.9' };

  const signIn = async (
    who: SubjectRef,
    from: typeof owner | typeof thief,
    { now, place }: { readonly now: number; readonly place: typeof oslo },
  ): Promise<void> => {
    const { pseudonyms } = await look(who, from, now);
    const { device, source } = pseudonyms;
    const learn = learned({ device, source, place, traits: pseudonyms.traits });
    await fixture.state.events.recordEvent(event('login_succeeded', { subject: who, learn, now }));
  };
  const afterTheft = async (): Promise<SubjectRef> => {
    const who = subject();
    for (let n = 0; n < 3; n += 1) {
      await signIn(who, owner, { now: morning + n * hourMs, place: oslo });
    }
    await signIn(who, thief, { now: morning + dayMs, place: saoPaulo });
    return who;
  };
  const compromised = async (who: SubjectRef, forgetSince: number | null): Promise<void> => {
    await fixture.state.events.recordEvent(
      event('feedback_compromised', { subject: who, forgetSince, now: morning + 2 * dayMs }),
    );
  };
  const later = morning + 3 * dayMs + hourMs;

  it("forgets the thief's device, network, country and place, and counts his logins no more", async () => {
    const who = await afterTheft();
    expect((await look(who, thief, later)).state.history).toMatchObject({
      logins: 4,
      countrySeen: true,
    });
    await compromised(who, morning + dayMs);
    const { history, ownTraits } = (await look(who, thief, later)).state;
    expect(history).toMatchObject({
      logins: 3,
      device: null,
      knownDevices: 1,
      countrySeen: false,
      knownCountries: 1,
      asnSeen: false,
      knownAsns: 1,
    });
    expect(ownTraits).toMatchObject({ address: 0, asn: 0, country: 0, userAgent: 4 });
    expect(history.places).toHaveLength(1);
    expect(history.places[0]).toMatchObject({ latitude: 59.91, at: morning + 2 * hourMs });
  });

  it("keeps the owner's device known, and learns from there on as before", async () => {
    const who = await afterTheft();
    await compromised(who, morning + dayMs);
    const { history, ownTraits } = (await look(who, owner, later)).state;
    expect(history.device).toMatchObject({ firstSeenAt: morning });
    expect(ownTraits).toMatchObject({ address: 3, country: 3 });
    await signIn(who, owner, { now: later, place: oslo });
    expect((await look(who, owner, later)).state.history.logins).toBe(4);
  });

  it('forgets nothing when no time is named, and locks all the same', async () => {
    const who = await afterTheft();
    await compromised(who, null);
    const { history, lock } = (await look(who, thief, morning + 2 * dayMs + hourMs)).state;
    expect(history.logins).toBe(4);
    expect(lock).toMatchObject({ reason: 'feedback_compromised', exceptKnownDevice: false });
  });

  it('forgets all when the profile was never its owner’s', async () => {
    const who = await afterTheft();
    await compromised(who, morning);
    expect((await look(who, owner, later)).state.history).toMatchObject({
      logins: 0,
      device: null,
      knownDevices: 0,
      countrySeen: false,
      places: [],
    });
  });

  it('does nothing to a subject of whom nothing is known', async () => {
    const who = subject();
    await compromised(who, morning);
    expect((await look(who, owner, later)).state.history.logins).toBe(0);
  });
});
