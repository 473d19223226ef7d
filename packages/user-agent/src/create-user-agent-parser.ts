import { LRUCache } from 'lru-cache';
import { absent, observed } from '@stepgate/engine';
import type { Signal, UserAgent } from '@stepgate/engine';
import type { UserAgentParser } from '@stepgate/assessment';
import { readUserAgent } from './read-user-agent.js';

/** Bounds the regular expressions' work (ReDoS, CVE-2022-25927) and the size of a cache key. */
const maxLength = 512;
const defaultCacheSize = 10_000;

export interface UserAgentParserOptions {
  /** Distinct user agents remembered; the least recently used goes first. Default 10,000. */
  readonly cacheSize?: number;
}

/**
 * A slice of a long string keeps the whole of it alive: 10,000 cached slices of 16 kB bodies would
 * hold 160 MB. Going through bytes makes the copy real, and keeps lone surrogates apart.
 */
const cutToLimit = (userAgent: string): string =>
  userAgent.length <= maxLength
    ? userAgent
    : Buffer.from(userAgent.slice(0, maxLength), 'utf16le').toString('utf16le');

/**
 * Reads user agents: the first 512 characters count, answers are cached. Null and blank are `absent`;
 * everything else is `observed`, however odd, because an unreadable user agent is an automated one.
 */
export const createUserAgentParser = (options: UserAgentParserOptions = {}): UserAgentParser => {
  const cache = new LRUCache<string, Signal<UserAgent>>({
    max: options.cacheSize ?? defaultCacheSize,
  });
  return {
    parse: (userAgent) => {
      if (userAgent === null) return absent;
      const text = cutToLimit(userAgent);
      const known = cache.get(text);
      if (known !== undefined) return known;
      const signal = text.trim() === '' ? absent : observed(readUserAgent(text));
      cache.set(text, signal);
      return signal;
    },
  };
};
