import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import type { KeyRow } from '../src/key-row.js';
import { keyTable } from '../src/keys.js';
import { createRedisDurability } from '../src/index.js';
import { openFixture, type Fixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  counting,
  event,
  learned,
  limit,
  morning,
  recordOf,
  subject,
} from './requests.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(30_000);

const rows: readonly (readonly [string, KeyRow])[] = Object.entries(keyTable);

const renderTable = (): string =>
  [
    '| key | type | lives | written by | read by | bound |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(([concept, row]) => {
      const suffix = row.hash === 'none' ? '' : `:<hash of ${row.hash}>`;
      const key = `\`sg:v1:${concept}:{sNN}${suffix}\``;
      const cells = [
        key,
        row.type,
        row.ttl,
        row.writers.join(', '),
        row.readers.join(', '),
        row.bound,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');

describe('the key table', () => {
  let server: RedisServer;
  let fixture: Fixture;
  beforeAll(async () => {
    server = await startRedisServer({ persistent: true });
    fixture = await openFixture({ url: server.url, secret: randomBytes(32) });
  });
  afterAll(async () => {
    await fixture.close();
    await server.stop();
  });

  /** What must be found nowhere: in no key, no field, no value. */
  const personal = ['alice.liddell', '198.51.100.77', '2001:db8:dead:beef', 'secret-phone-7'];
  const who = subject('alice.liddell@example.com');

  const passBarrier = async (): Promise<void> => {
    const { connection, url, secret } = fixture;
    const { serverId } = connection;
    const durability = createRedisDurability({ url, secret, serverId, expectedReplicas: () => 1 });
    await waitFor('a barrier', async () => {
      await durability.secured(1);
      return (await fixture.raw.keys('sg:v1:barrier:*')).length > 0;
    });
    durability.close();
  };

  const useEverything = async (): Promise<void> => {
    const { attempts, decisions, events, outbox, nonces } = fixture.state;
    const limits = (['subject', 'source', 'tenant'] as const).map((per) =>
      limit({ name: per, per }),
    );
    for (const address of ['198.51.100.77', '2001:db8:dead:beef::1']) {
      const attempt = { id: `attempt from ${address} by alice.liddell`, bodyHash: 'sha256:b0d1' };
      const request = admission({
        subject: who,
        address,
        deviceId: 'secret-phone-7',
        attempt,
        counting: counting({ limits }),
      });
      const found = admitted(await attempts.admitAttempt(request));
      const record = recordOf(found);
      await decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt });
      const open = { tenant: 'acme', decisionId: record.decisionId, now: morning };
      await decisions.openDecision({ ...open, counting: counting() });
      await decisions.settleDecision({
        ...open,
        guardVersion: 0,
        record,
        outcome: 'step_up',
        riskMs: 0,
      });
      const learn = learned({ device: found.pseudonyms.device, source: found.pseudonyms.source });
      await events.recordEvent(event('login_succeeded', { subject: who, learn }));
      await events.recordEvent(event('login_failed', { subject: who, address }));
      for (let n = 0; n < 10; n += 1) {
        const { device: devicePseudonym } = found.pseudonyms;
        const origin = { address, sourcePseudonym: found.pseudonyms.source, devicePseudonym };
        await events.recordEvent(event('push_denied', { subject: who, asn: 64_500, ...origin }));
      }
      await events.recordEvent(event('credential_breached', { subject: who }));
    }
    await events.recordEvent(event('push_sent', { subject: subject(), now: null }));
    const nonce = { tenant: 'acme', caller: 'hr', nonce: 'secret-phone-7', lifetimeMs: 60_000 };
    expect(await nonces.claimNonce(nonce)).toBe(true);
    await passBarrier();
    const entries = await outbox.peek(10);
    expect(entries.map(({ alert }) => alert.phase)).toEqual(['opened', 'escalated']);
    await outbox.hold(
      entries.map(({ alert }) => alert),
      morning,
    );
  };

  const contentOf = async (raw: Redis, key: string, type: string): Promise<string> => {
    switch (type) {
      case 'hash':
        return JSON.stringify(await raw.hgetall(key));
      case 'zset':
        return JSON.stringify(await raw.zrange(key, '0', '-1', 'WITHSCORES'));
      case 'list':
        return JSON.stringify(await raw.lrange(key, 0, -1));
      case 'stream':
        return JSON.stringify(await raw.xrange(key, '-', '+'));
      default:
        return (await raw.get(key)) ?? '';
    }
  };

  it('names every key that the stores write, with its type, its life and its tag', async () => {
    await useEverything();
    const seen = new Set<string>();
    for (const key of await fixture.raw.keys('*')) {
      const [, concept = ''] = /^sg:v1:([a-z-]+):\{s[0-3][0-9a-f]\}(:[\w.-]+)?$/.exec(key) ?? [];
      const row = rows.find(([name]) => name === concept)?.[1];
      seen.add(concept);
      expect({ key, type: await fixture.raw.type(key) }).toEqual({ key, type: row?.type });
      const lives = await fixture.raw.pttl(key);
      if (row?.ttlMs === null) expect(lives).toBe(-1);
      else {
        expect(lives).toBeGreaterThan(0);
        expect(lives).toBeLessThanOrEqual(row?.ttlMs ?? 0);
      }
    }
    expect([...seen].toSorted()).toEqual(rows.map(([name]) => name).toSorted());
  });

  it('holds no user id, address, device or attempt id as it was sent', async () => {
    for (const key of await fixture.raw.keys('*')) {
      const content = await contentOf(fixture.raw, key, await fixture.raw.type(key));
      expect(content.length).toBeGreaterThan(0);
      for (const datum of personal) expect(key + content).not.toContain(datum);
    }
  });

  it('keeps profiles small enough for their compact form', async () => {
    const keys = await fixture.raw.keys('sg:v1:profile:*');
    expect(await fixture.raw.object('ENCODING', keys[0] ?? '')).toBe('listpack');
  });

  it('stands in the README', () => {
    const readme = new URL('../README.md', import.meta.url);
    const text = readFileSync(readme, 'utf8');
    const section = /(?<=<!-- keys -->\n\n)[\s\S]*(?=\n\n<!-- \/keys -->)/;
    expect(text).toMatch(section);
    // UPDATE_DOCS=1 writes the table anew.
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(readme, text.replace(section, renderTable()));
    expect(readFileSync(readme, 'utf8')).toContain(renderTable());
  });
});
