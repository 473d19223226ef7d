import { openFixture, type Fixture } from './redis-fixture.js';
import { admission, admitted, event, hourMs, learned, morning, subject } from './requests.js';

describe('the looks of a device', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  const alice = subject();
  const attempt = async (fingerprint: string | null, hours = 0) =>
    admitted(
      await fixture.state.attempts.admitAttempt(
        admission({ subject: alice, fingerprint, now: morning + hours * hourMs }),
      ),
    );
  const signIn = async (fingerprint: string | null, hours = 0): Promise<void> => {
    const { pseudonyms } = await attempt(fingerprint, hours);
    const now = morning + hours * hourMs;
    await fixture.state.events.recordEvent(
      event('login_succeeded', {
        subject: alice,
        learn: learned({ device: pseudonyms.device, fingerprint: pseudonyms.fingerprint }),
        now,
      }),
    );
  };
  const isSame = async (fingerprint: string | null, hours = 20): Promise<unknown> =>
    (await attempt(fingerprint, hours)).state.history.device?.sameFingerprint;

  it('are those of its latest proven login that said them', async () => {
    await signIn('linux');
    expect([await isSame('linux'), await isSame('windows'), await isSame(null)]).toEqual([
      true,
      false,
      null,
    ]);
    await signIn(null, 1);
    expect(await isSame('linux')).toBe(true);
    await signIn('windows', 2);
    expect([await isSame('linux'), await isSame('windows')]).toEqual([false, true]);
  });

  it('of a login that is told late do not replace later ones', async () => {
    await signIn('linux', 1);
    expect(await isSame('windows')).toBe(true);
  });

  it('are kept as a keyed hash of their tenant', async () => {
    const { pseudonyms } = await attempt('linux');
    expect(pseudonyms.fingerprint).toMatch(/^[\w-]{8,22}$/);
    const elsewhere = fixture.state.attempts.pseudonymsOf({
      ...admission({ fingerprint: 'linux' }),
      tenant: 'other',
    });
    expect(elsewhere.fingerprint).not.toBe(pseudonyms.fingerprint);
  });
});
