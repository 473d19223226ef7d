import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { openFixture, type Fixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  counting,
  event,
  hourMs,
  learned,
  limit,
  morning,
  recordOf,
  subject,
} from './requests.js';

describe('what a decision costs Redis', () => {
  let server: RedisServer;
  let fixture: Fixture;
  beforeAll(async () => {
    server = await startRedisServer();
    fixture = await openFixture({ url: server.url });
  });
  afterAll(async () => {
    await fixture.close();
    await server.stop();
  });

  /** A household line that changes, a phone's carrier, two browsers, updates of both. */
  const traitsOfLogin = (n: number): string =>
    [
      `i:addr0${String(n % 6)}`,
      `a:${String(2119 + (n % 2))}`,
      'c:NO',
      `u:agent${String(n % 4)}`,
      `b:brw${String(n % 4)}`,
      `o:sys${String(n % 2)}`,
      n % 2 === 0 ? 't:desktop' : 't:mobile',
      '',
    ].join(',');

  const login = async (id: string, n = 0): Promise<void> => {
    const who = subject(id);
    const { attempts, decisions, events } = fixture.state;
    const asked = {
      subject: who,
      counting: counting({ limits: [limit({ max: 10 })] }),
      now: morning + n * hourMs,
    };
    const found = admitted(await attempts.admitAttempt(admission(asked)));
    const record = recordOf(found);
    await decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    const { device, source } = found.pseudonyms;
    const learn = learned({ device, source, traits: traitsOfLogin(n) });
    await events.recordEvent(
      event('login_succeeded', { subject: who, learn, now: morning + n * hourMs }),
    );
  };

  it('is at most 2 KiB a subject after 20 logins in a day, beside the records of its decisions', async () => {
    const ids = ['alice', 'bob', 'carol'];
    for (const id of ids) for (let n = 0; n < 20; n += 1) await login(id, n);
    let bytes = 0;
    for (const key of await fixture.raw.keys('*')) {
      // A subject's share of what its tenant has in common is small once there are many subjects.
      if (/^sg:v1:(decision|population|instance|source-[a-z]+):/.test(key)) continue;
      bytes += Number(await fixture.raw.memory('USAGE', key, 'SAMPLES', 0));
    }
    expect(bytes).toBeGreaterThan(0);
    expect(bytes / ids.length).toBeLessThanOrEqual(2_048);
  });

  it('is three scripts for an attempt that is counted, judged and recorded', async () => {
    await login('dave');
    await fixture.raw.config('RESETSTAT');
    const who = subject('dave');
    const asked = admission({ subject: who, counting: counting({ limits: [limit()] }) });
    const record = recordOf(admitted(await fixture.state.attempts.admitAttempt(asked)));
    await fixture.state.decisions.recordDecision({
      tenant: 'acme',
      subject: who,
      record,
      attempt: null,
    });
    const stats = await fixture.raw.info('commandstats');
    expect(stats).toContain('cmdstat_evalsha:calls=3,');
    expect(stats).not.toContain('cmdstat_eval:');
  });
});
