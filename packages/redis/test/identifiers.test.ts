import { randomBytes, randomUUID } from 'node:crypto';
import { createDecisionIds, shardOfDecision } from '../src/decision-id.js';
import { createIdentifiers, hashOfPseudonym, identityOfHash } from '../src/identifiers.js';
import { keyOf } from '../src/keys.js';

describe('identifiers', () => {
  const identifiers = createIdentifiers(randomBytes(32));
  const user = (id: string) => ({ type: 'user', id });

  it('keeps apart what delimiters or truncation would make one', () => {
    const long = 'x'.repeat(100_000);
    const identities = [
      identifiers.subject('a:b', user('c')),
      identifiers.subject('a', user('b:c')),
      identifiers.subject('a', { type: 'user:b', id: 'c' }),
      identifiers.subject('a', user(`${long}1`)),
      identifiers.subject('a', user(`${long}2`)),
      identifiers.subject('a', user('x}{y')),
      identifiers.subject('a', user('*')),
      identifiers.subject('a', user('\r\n')),
      identifiers.device('a', 'user'),
      identifiers.source('a', 'user'),
    ];
    expect(new Set(identities.map(({ hash }) => hash)).size).toBe(identities.length);
  });

  it('makes one source of an IPv6 /64, and of an address and its IPv4-mapped form', () => {
    const source = (address: string) => identifiers.source('a', address);
    expect(source('2001:db8:1:2::1')).toEqual(source('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(source('2001:db8:1:2::1')).not.toEqual(source('2001:db8:1:3::1'));
    expect(source('::ffff:192.0.2.1')).toEqual(source('192.0.2.1'));
    expect(source('192.0.2.1')).not.toEqual(source('192.0.2.2'));
  });

  it('makes one block of an IPv4 /24 and of an IPv6 /48, mapped forms included', () => {
    const block = (address: string) => identifiers.block('a', address);
    expect(block('192.0.2.1')).toEqual(block('192.0.2.255'));
    expect(block('192.0.2.1')).not.toEqual(block('192.0.3.1'));
    expect(block('::ffff:192.0.2.1')).toEqual(block('192.0.2.7'));
    expect(block('2001:db8:1:2::1')).toEqual(block('2001:db8:1:ffff::1'));
    expect(block('2001:db8:1::1')).not.toEqual(block('2001:db8:2::1'));
    expect(block('192.0.2.1')).not.toEqual(identifiers.source('a', '192.0.2'));
    expect(block('192.0.2.1')).not.toEqual(identifiers.block('b', '192.0.2.1'));
  });

  it('depends on the secret', () => {
    const other = createIdentifiers(randomBytes(32));
    expect(other.subject('a', user('b'))).not.toEqual(identifiers.subject('a', user('b')));
  });

  it('leads from a pseudonym back to the key', () => {
    for (let n = 0; n < 200; n += 1) {
      const source = identifiers.source('a', `192.0.2.${String(n)}`);
      expect(identityOfHash(hashOfPseudonym(`src_${source.hash}`))).toEqual(source);
    }
  });

  it('uses all 64 shards', () => {
    const shards = Array.from(
      { length: 2_000 },
      () => identifiers.subject('a', user(randomUUID())).shard,
    );
    expect(new Set(shards).size).toBe(64);
    expect(keyOf('profile', 63, 'hash')).toBe('sg:v1:profile:{s3f}:hash');
  });
});

describe('decision ids', () => {
  it('are UUIDs of version 7 with the time first and the shard inside', () => {
    const next = createDecisionIds();
    for (let shard = 0; shard < 64; shard += 1) {
      const id = next(1_772_532_000_123, shard);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_772_532_000_123);
      expect(shardOfDecision(id)).toBe(shard);
    }
  });

  it('do not repeat', () => {
    const next = createDecisionIds();
    const ids = Array.from({ length: 5_000 }, () => next(1_772_532_000_123, 7));
    expect(new Set(ids).size).toBe(5_000);
    expect(new Set(ids.map((id) => id.slice(19))).size).toBe(5_000);
  });

  it('are told from other ids', () => {
    expect(shardOfDecision(randomUUID())).toBeNull();
    expect(shardOfDecision('')).toBeNull();
  });
});
