import { randomBytes, randomUUID } from 'node:crypto';
import { createRedisPopulations, type RedisPopulations } from '@stepgate/redis';
import { startRedisServer } from '@stepgate/testing';
import { openFixture, type Fixture } from './redis-fixture.js';
import { admission, admitted, dayMs, event, learned, morning, subject } from './requests.js';

const traits = 'i:home01,a:1136,c:NL,u:agent1,b:fire,o:linu,t:desktop,l:3';

describe('the population of a tenant', () => {
  let fixture: Fixture;
  const open: RedisPopulations[] = [];
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(async () => {
    for (const populations of open) populations.close();
    await fixture.close();
  });

  const populationsOf = (refreshMs = dayMs): RedisPopulations => {
    const { connection, secret } = fixture;
    const populations = createRedisPopulations({ connection, secret, refreshMs });
    open.push(populations);
    return populations;
  };
  const signIn = async (tenant: string, who: string, values = traits): Promise<void> => {
    const learn = learned({ traits: values });
    await fixture.state.events.recordEvent(
      event('login_succeeded', { tenant, subject: subject(who), learn }),
    );
  };
  const read = async (tenant: string, values = traits) => {
    const populations = populationsOf();
    await populations.load([tenant]);
    return populations.current(tenant)?.familiarTo(values, morning) ?? null;
  };

  it('adds up what proven logins of all its subjects have shown, over all shards', async () => {
    const tenant = randomUUID();
    for (let n = 0; n < 30; n += 1) await signIn(tenant, `user-${String(n)}`);
    await signIn(tenant, 'user-0', traits.replace('i:home01', 'i:away01').replace('c:NL', 'c:BE'));
    expect(await read(tenant)).toMatchObject({
      logins: 31,
      subjects: 30,
      counts: {
        address: 30,
        asn: 31,
        country: 30,
        userAgent: 31,
        deviceType: 31,
        rtt: 31,
        hour: 31,
      },
      distinct: { address: 2, asn: 1, country: 2, userAgent: 1, browser: 1, os: 1, hour: 1 },
    });
  });

  it('is another for another tenant', async () => {
    const tenant = randomUUID();
    await signIn(tenant, 'alice');
    expect(await read(randomUUID())).toMatchObject({ logins: 0, subjects: 0 });
  });

  it('learns nothing from attempts and failures', async () => {
    const tenant = randomUUID();
    admitted(await fixture.state.attempts.admitAttempt(admission({ tenant })));
    await fixture.state.events.recordEvent(event('login_failed', { tenant }));
    expect(await read(tenant)).toMatchObject({ logins: 0, subjects: 0 });
  });

  it('stays within its bound, keeps what is frequent and forgets what was seen once', async () => {
    const tenant = randomUUID();
    for (let n = 0; n < 1_300; n += 1) {
      await signIn(tenant, 'alice', traits.replace('i:home01', `i:${String(n).padStart(6, 'x')}`));
    }
    const found = await read(tenant);
    expect(found?.distinct.address).toBeLessThanOrEqual(1_024);
    expect(found?.counts.country ?? 0).toBeGreaterThan(300);
    expect(found?.logins).toBe(found?.counts.country);
  });

  it('is read again when the given time moves on, or back, and not before', async () => {
    const tenant = randomUUID();
    const populations = populationsOf(dayMs);
    const loginsAt = async (now: number): Promise<number | undefined> => {
      await populations.keepUp(tenant, now);
      return populations.current(tenant)?.familiarTo(traits, now)?.logins;
    };
    expect(await loginsAt(morning)).toBe(0);
    await signIn(tenant, 'alice');
    expect(await loginsAt(morning + dayMs - 1)).toBe(0);
    expect(await loginsAt(morning + dayMs)).toBe(1);
    await signIn(tenant, 'alice');
    expect(await loginsAt(morning)).toBe(2);
  });

  it('stays as it was last read while Redis cannot be asked, and says how old it is', async () => {
    const server = await startRedisServer();
    const own = await openFixture({ url: server.url });
    const told: boolean[] = [];
    const populations = createRedisPopulations({
      connection: own.connection,
      secret: own.secret,
      refreshMs: dayMs,
      observer: { read: ({ ok }) => told.push(ok) },
    });
    open.push(populations);
    const learn = learned({ traits });
    await own.state.events.recordEvent(event('login_succeeded', { tenant: 'acme', learn }));
    await populations.keepUp('acme', morning);
    await server.stop();
    await expect(populations.keepUp('acme', morning + dayMs)).rejects.toThrow();
    expect(populations.current('acme')?.familiarTo(traits, morning)?.logins).toBe(1);
    expect(populations.oldestAgeSeconds()).toBeGreaterThan(0);
    expect(told).toEqual([true, false]);
    await own.close().catch(() => undefined);
  }, 20_000);

  it('is not known before it was read, and is named by nothing but keyed hashes', async () => {
    const tenant = randomUUID();
    const populations = populationsOf();
    expect(populations.current(tenant)).toBeNull();
    const { connection } = fixture;
    const foreign = createRedisPopulations({
      connection,
      secret: randomBytes(32),
      refreshMs: dayMs,
    });
    open.push(foreign);
    await signIn(tenant, 'alice');
    await foreign.load([tenant]);
    expect(foreign.current(tenant)?.familiarTo(traits, morning)?.logins).toBe(0);
  });
});
