import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from 'node:crypto';
import type { SubjectRef } from '@stepgate/engine';
import ipaddr from 'ipaddr.js';
import { shardCount } from './keys.js';

/** What stands for a person, a source or an attempt in keys: 128 bits of a keyed hash, base64url. */
export interface Identity {
  readonly hash: string;
  readonly shard: number;
}

export interface Identifiers {
  subject(tenant: string, subject: SubjectRef): Identity;
  /** @param address canonical; all of an IPv6 /64 is one source. */
  source(tenant: string, address: string): Identity;
  /** The addresses around one: an IPv4 /24, an IPv6 /48. */
  block(tenant: string, address: string): Identity;
  device(tenant: string, deviceId: string): Identity;
  tenant(tenant: string): Identity;
  attempt(tenant: string, attemptId: string): Identity;
  decision(tenant: string, decisionId: string): Identity;
  /** Of a signed request. */
  nonce(tenant: string, caller: string, nonce: string): Identity;
  /** An autonomous system as a source of many addresses. */
  network(tenant: string, asn: number): Identity;
  /** @param subjectHash of its subject: the same id of two subjects is two events. */
  event(subjectHash: string, eventId: string): Identity;
  limit(policyName: string, limitName: string): Identity;
  /** Where the salt of a subject's alerts lies; does not lead back to the subject. */
  seal(subjectHash: string): string;
  /** Stands for the secret itself: what is written under one is not read under another. */
  deployment(): string;
  /** How a device looks, to compare it with how it looked: short, no key. */
  fingerprint(tenant: string, text: string): string;
  /** A value of a trait that may name somebody or is long; the same in profile and population. */
  trait(tenant: string, kind: string, value: string): Identity;
}

/** 96 bits: for what is unique within a slot, a subject or a source, and need not fill memory. */
export const shortHashLength = 16;
export const shortHash = (hash: string): string => hash.slice(0, shortHashLength);
/** 48 bits: an event among the few thousand of its subject. */
export const eventHash = (hash: string): string => hash.slice(0, 8);

/**
 * A pseudonym is a prefix and the hash of the keys it leads to, so that a record that holds only
 * pseudonyms can still be traced to its state by whoever may read Redis, and by nobody else.
 */
export const pseudonymPrefix = { subject: 'sub_', source: 'src_', device: 'dev_' } as const;
export const hashOfPseudonym = (pseudonym: string): string => pseudonym.slice(4);

/** Identity of a hash that was read from a pseudonym: the shard is in its first byte. */
export const identityOfHash = (hash: string): Identity => ({
  hash,
  shard: (Buffer.from(hash.slice(0, 4), 'base64url')[0] ?? 0) % shardCount,
});

const lengthPrefixed = (fields: readonly string[]): string =>
  fields.map((field) => `${String(Buffer.byteLength(field))}:${field}`).join('');

/** One customer of an IPv6 network owns a /64 at least: single addresses are free to burn. */
const sourceOf = (address: string): string => {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return parsed.parts.slice(0, 4).join(':');
};

/** What one site of a provider is given as a rule (RFC 6177), and what was once a class C network. */
const blockOf = (address: string): string => {
  const source = sourceOf(address);
  return source.includes(':')
    ? source.split(':').slice(0, 3).join(':')
    : source.split('.').slice(0, 3).join('.');
};

const memoTextLength = 256;

/** Bounded, about 25 MB: a flood of new identities empties it, which costs time and nothing else. */
const memoCapacity = 100_000;

type Recall = (scope: string, value: string, ...fields: readonly string[]) => Identity;

/** For what comes again and again: a map for each scope, so that no text is put together to look up. */
const createMemo = (identify: (...fields: readonly string[]) => Identity): Recall => {
  let memo = new Map<string, Map<string, Identity>>();
  let remembered = 0;
  return (scope, value, ...fields) => {
    const known = memo.get(scope)?.get(value);
    if (known !== undefined) return known;
    const identity = identify(...fields, value);
    if (remembered >= memoCapacity) {
      memo = new Map();
      remembered = 0;
    }
    remembered += 1;
    memo.set(scope, (memo.get(scope) ?? new Map<string, Identity>()).set(value, identity));
    return identity;
  };
};

const deriveKey = (secret: string | Uint8Array, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));

/**
 * Keyed HMACs over length-prefixed fields, so that neither delimiters nor truncation can make two
 * identities one, and so that a dump of Redis names nobody without the secret.
 *
 * @param secret of the deployment; changing it forgets all state.
 */
export const createIdentifiers = (secret: string | Uint8Array): Identifiers => {
  const key = deriveKey(secret, 'stepgate identifiers v1');
  const identifyText = (text: string): Identity => {
    const digest = createHmac('sha256', key).update(text).digest();
    return { hash: digest.toString('base64url', 0, 16), shard: (digest[0] ?? 0) % shardCount };
  };
  const identify = (...fields: readonly string[]): Identity => identifyText(lengthPrefixed(fields));
  const recall = createMemo(identify);
  /** @param purpose a word of our own, so that the scope is as unambiguous as what is hashed. */
  const recallOf = (purpose: string, owner: string, value: string): Identity =>
    recall(`${purpose} ${owner}`, value, purpose, owner);

  /** What callers may send at any length is not for the memory. */
  const frequent = (text: string) => text.length <= memoTextLength;

  return {
    subject: (tenant, { type, id }) =>
      recall(`subject ${String(tenant.length)} ${tenant} ${type}`, id, 'subject', tenant, type),
    source: (tenant, address) => recallOf('source', tenant, sourceOf(address)),
    block: (tenant, address) => recallOf('block', tenant, blockOf(address)),
    device: (tenant, deviceId) => recallOf('device', tenant, deviceId),
    tenant: (tenant) => recall('tenant', tenant, 'tenant'),
    fingerprint: (tenant, text) =>
      eventHash((frequent(text) ? recallOf : identify)('fingerprint', tenant, text).hash),
    trait: (tenant, kind, value) =>
      frequent(value)
        ? recall(`trait ${kind} ${tenant}`, value, 'trait', tenant, kind)
        : identify('trait', tenant, kind, value),
    limit: (policyName, limitName) => recallOf('limit', policyName, limitName),
    seal: (subjectHash) => identify('seal', subjectHash).hash,
    deployment: () => eventHash(identify('deployment').hash),
    attempt: (tenant, attemptId) => identify('attempt', tenant, attemptId),
    nonce: (tenant, caller, nonce) => identify('nonce', tenant, caller, nonce),
    // A decision id is random and names nobody; the tenant's keyed hash keeps tenants apart.
    decision: (tenant, decisionId) => {
      const digest = hash(
        'sha256',
        `${recall('tenant', tenant, 'tenant').hash}${decisionId}`,
        'buffer',
      );
      return { hash: digest.toString('base64url', 0, 16), shard: (digest[0] ?? 0) % shardCount };
    },
    network: (tenant, asn) => recallOf('network', tenant, String(asn)),
    event: (subjectHash, eventId) => identify('event', subjectHash, eventId),
  };
};
