import { randomBytes, randomUUID } from 'node:crypto';
import type { EventRequest, Pseudonyms } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import {
  createRedisConnection,
  createRedisState,
  initialiseState,
  type RedisConnection,
  type RedisState,
} from '../src/index.js';
import { testRedisUrl } from './redis-fixture.js';
import {
  admission,
  admitted,
  counting,
  event,
  learned,
  limit,
  minuteMs,
  morning,
  recordOf,
  subject,
  viewing,
} from './requests.js';

jest.setTimeout(60_000);

describe('while the secret is being changed', () => {
  const [secret, previousSecret] = [randomBytes(32), randomBytes(32)];
  const connections: RedisConnection[] = [];
  /** Engines before, during and after the change, each on a connection of its own. */
  let before: RedisState;
  let during: RedisState;
  let alsoDuring: RedisState;

  const open = async (
    secrets: Pick<Parameters<typeof createRedisState>[0], 'secret' | 'previousSecret'>,
  ) => {
    const connection = createRedisConnection({ url: testRedisUrl(), commandTimeoutMs: 10_000 });
    connections.push(connection);
    await connection.waitUntilUp(5_000);
    await initialiseState({ connection, secret: secrets.secret });
    return createRedisState({ connection, ...secrets });
  };
  beforeAll(async () => {
    before = await open({ secret: previousSecret });
    during = await open({ secret, previousSecret });
    alsoDuring = await open({ secret, previousSecret });
  });
  afterAll(() => {
    for (const connection of connections) connection.close();
  });

  const admit = async (
    state: RedisState,
    who: SubjectRef,
    asked: Parameters<typeof admission>[0] = {},
  ) => admitted(await state.attempts.admitAttempt(admission({ subject: who, ...asked })));
  const tell = (
    state: RedisState,
    type: Parameters<typeof event>[0],
    told: Parameters<typeof event>[1] & Pick<EventRequest, 'earlier'>,
  ) => state.events.recordEvent(event(type, told));
  const lessonOf = ({ device, source, traits, earlier }: Pseudonyms) =>
    learned({ device, source, traits, earlier });
  const prove = async (state: RedisState, who: SubjectRef, now = morning): Promise<void> => {
    const { pseudonyms } = await admit(state, who, { now });
    const learn = lessonOf(pseudonyms);
    await tell(state, 'login_succeeded', { subject: who, learn, now, earlier: pseudonyms.earlier });
  };

  it('a device, its places and its logins stay known, and so do those that are proven meanwhile', async () => {
    const who = subject();
    await prove(before, who);
    const { state } = await admit(during, who);
    expect(state.history).toMatchObject({ logins: 1, knownDevices: 1, countrySeen: true });
    expect(state.history.device?.firstSeenAt).toBe(morning);
    expect(state.history.places).toHaveLength(1);
    await prove(during, who, morning + minuteMs);
    const later = await admit(during, who, { now: morning + 2 * minuteMs });
    expect(later.state.history).toMatchObject({ logins: 2, lastLoginAt: morning + minuteMs });
    // Engines that know the earlier secret only have learnt of it as well.
    const known = await admit(before, who, { now: morning + 2 * minuteMs });
    expect(known.state.history).toMatchObject({ logins: 2, lastLoginAt: morning + minuteMs });
  });

  it('a lock of before holds, and one that is set meanwhile holds everywhere', async () => {
    const [locked, lockedLater] = [subject(), subject()];
    await tell(before, 'feedback_compromised', { subject: locked });
    expect((await admit(during, locked)).state.lock).toMatchObject({
      reason: 'feedback_compromised',
    });
    await tell(during, 'feedback_compromised', { subject: lockedLater });
    for (const state of [before, during, alsoDuring]) {
      expect((await admit(state, lockedLater)).state.lock).not.toBeNull();
    }
    await tell(during, 'feedback_legitimate', { subject: locked });
    expect((await admit(during, locked)).state.lock).toBeNull();
  });

  it('the ladder goes on where it was: hold and alert come at the rung, once', async () => {
    const [who, tenant] = [subject(), randomUUID()];
    for (let n = 0; n < 4; n += 1) await tell(before, 'push_denied', { subject: who, tenant });
    expect((await admit(during, who, { tenant })).state.push.ladder).toBe(4);
    const fifth = await tell(during, 'push_denied', { subject: who, tenant });
    expect(fifth).toEqual({ fresh: true, alerts: 1, rung: 5 });
    for (let n = 5; n < 10; n += 1) await tell(during, 'push_denied', { subject: who, tenant });
    const { state } = await admit(during, who, { tenant });
    expect(state.push).toMatchObject({ ladder: 10 });
    expect(state.lock).toMatchObject({ reason: 'push_fatigue' });
    const messages = (await during.outbox.peek(100_000)).filter(
      ({ alert }) => alert.tenant === tenant,
    );
    expect(messages.map(({ alert }) => [alert.phase, alert.count])).toEqual([
      ['opened', 5],
      ['escalated', 10],
    ]);
    const [opened] = messages;
    if (opened === undefined) throw new Error('no alert');
    expect((await during.seal.open(opened.alert)).subject).toEqual(who);
  });

  it('an alert that was sealed under the earlier secret is still opened', async () => {
    const [who, tenant] = [subject(), randomUUID()];
    for (let n = 0; n < 5; n += 1) await tell(before, 'push_denied', { subject: who, tenant });
    const sealed = (await during.outbox.peek(100_000)).find(({ alert }) => alert.tenant === tenant);
    if (sealed === undefined) throw new Error('no alert');
    expect((await during.seal.open(sealed.alert)).subject).toEqual(who);
  });

  const limited = async (per: 'subject' | 'source' | 'tenant', parallel: boolean) => {
    const [who, tenant] = [subject(), randomUUID()];
    const asked = { tenant, deviceId: null, counting: counting({ limits: [limit({ per })] }) };
    const engines = [before, during, alsoDuring];
    const passes = async (n: number): Promise<boolean> => {
      const { state } = await admit(engines[n % engines.length] ?? during, who, asked);
      return state.limits.every(({ exceeded }) => !exceeded);
    };
    const attempts = Array.from({ length: parallel ? 300 : 20 }, (_, n) => n);
    const passed: boolean[] = [];
    if (parallel) passed.push(...(await Promise.all(attempts.map(passes))));
    else for (const n of attempts) passed.push(await passes(n));
    return passed.filter(Boolean).length;
  };

  it.each(['subject', 'source', 'tenant'] as const)(
    'a limit per %s lets exactly max pass, whichever engines are asked',
    async (per) => {
      expect(await limited(per, false)).toBe(5);
    },
  );

  it.each(['subject', 'source', 'tenant'] as const)(
    'a limit per %s never lets more than max pass, however parallel they are asked',
    async (per) => {
      for (let round = 0; round < 5; round += 1) {
        const passed = await limited(per, true);
        expect(passed).toBeLessThanOrEqual(5);
        // Of two engines that race for the last place, each may find it taken in one of the states.
        expect(passed).toBeGreaterThanOrEqual(1);
      }
    },
  );

  it('strangers do not use up what the owner has on a device that only the earlier secret knows', async () => {
    const who = subject();
    await prove(before, who);
    const asked = { counting: counting({ limits: [limit()] }) };
    for (let n = 0; n < 10; n += 1)
      await admit(during, who, { ...asked, deviceId: `stranger-${String(n)}` });
    const owner = await admit(during, who, asked);
    expect(owner.state.limits).toMatchObject([{ count: 1, exceeded: false }]);
  });

  it('a decision of before is read, completed once, and its events count', async () => {
    const who = subject();
    const found = await admit(before, who);
    const record = recordOf(found);
    const { decisionId } = record;
    await before.decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    const read = await during.decisions.findDecision('acme', decisionId);
    const own = during.attempts.pseudonymsOf({
      tenant: 'acme',
      subject: who,
      address: null,
      deviceId: null,
      traits: null,
    });
    expect(read?.pseudonyms.subject).toBe(own.earlier?.subject);
    await tell(during, 'login_failed', { subject: who });
    const open = await during.decisions.openDecision({
      tenant: 'acme',
      decisionId,
      counting: counting(),
      now: morning,
    });
    const settle = {
      tenant: 'acme',
      decisionId,
      record,
      outcome: 'allow',
      riskMs: 0,
      now: morning,
    } as const;
    const guardVersion = open?.guardVersion ?? -1;
    const settled = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? during : alsoDuring).decisions.settleDecision({ ...settle, guardVersion }),
      ),
    );
    expect(settled.filter((one) => one === 'consumed')).toHaveLength(1);
    if (read === null) throw new Error('no decision');
    const learn = lessonOf(read.pseudonyms);
    await tell(during, 'login_succeeded', {
      subject: who,
      learn,
      earlier: read.pseudonyms.earlier,
    });
    expect((await admit(during, who)).state.history).toMatchObject({ logins: 1, knownDevices: 1 });
    expect((await admit(during, who)).state.history.device).not.toBeNull();
  });

  it('a lock that an engine of before sets is seen when a newer decision is completed', async () => {
    const who = subject();
    const record = recordOf(await admit(during, who));
    await during.decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    await tell(before, 'feedback_compromised', { subject: who });
    const asked = {
      tenant: 'acme',
      decisionId: record.decisionId,
      counting: counting(),
      now: morning,
    };
    expect((await during.decisions.openDecision(asked))?.lock).not.toBeNull();
  });

  it('an attempt that was answered before gets the same answer, and is not another decision', async () => {
    const who = subject();
    const attempt = { id: randomUUID(), bodyHash: 'sha256:b0d1' };
    const record = recordOf(await admit(before, who, { attempt }));
    await before.decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt });
    const again = await during.attempts.admitAttempt(admission({ subject: who, attempt }));
    expect(again).toMatchObject({ kind: 'replayed', record: { decisionId: record.decisionId } });
    const other = { ...attempt, bodyHash: 'sha256:another' };
    expect(await during.attempts.admitAttempt(admission({ subject: who, attempt: other }))).toEqual(
      {
        kind: 'conflict',
      },
    );
  });

  it('what is known under either is shown, and erased with it', async () => {
    const who = subject();
    await tell(before, 'login_failed', { subject: who });
    await prove(during, who);
    expect(await during.subjects.viewSubject(viewing(who))).toMatchObject({
      logins: 1,
      failures24h: 1,
    });
    await during.subjects.eraseSubject('acme', who, morning);
    for (const state of [before, during]) {
      expect(await state.subjects.viewSubject(viewing(who))).toBeNull();
    }
  });
});
