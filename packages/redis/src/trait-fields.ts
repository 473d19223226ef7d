import type { LoginTraits } from '@stepgate/assessment';
import type { TraitCounts } from '@stepgate/engine';
import type { Identifiers } from './identifiers.js';
import { textOrNullIn } from './reply.js';

/** Kinds of trait fields, in the order in which they are written. */
export const traitKinds = {
  address: 'i',
  asn: 'a',
  country: 'c',
  userAgent: 'u',
  browser: 'b',
  os: 'o',
  deviceType: 't',
  rtt: 'l',
} as const satisfies Readonly<Record<keyof LoginTraits, string>>;

/**
 * 36 bits for what a tenant has ten thousands of, 24 for what it has hundreds of: two values that
 * share a name are counted as one, which a statistic bears.
 */
const hashLengths = { address: 6, userAgent: 6, browser: 4, os: 4 } as const;

/**
 * Names of the fields that count a login's traits, as one text; empty where a trait is not known.
 * Addresses and whatever a browser says of itself may name somebody: keyed hashes stand for them.
 */
export const traitFieldsText = (
  identifiers: Identifiers,
  tenant: string,
  traits: LoginTraits,
): string => {
  const hashed = (level: 'userAgent' | 'browser' | 'os'): string | null => {
    const value = traits[level];
    return value === null
      ? null
      : identifiers.trait(tenant, level, value).hash.slice(0, hashLengths[level]);
  };
  const { address } = traits;
  const fields: readonly (readonly [string, string | null])[] = [
    // All of an IPv6 /64 is one customer; see source.
    [
      traitKinds.address,
      address === null
        ? null
        : identifiers.source(tenant, address).hash.slice(0, hashLengths.address),
    ],
    [traitKinds.asn, traits.asn],
    [traitKinds.country, traits.country],
    [traitKinds.userAgent, hashed('userAgent')],
    [traitKinds.browser, hashed('browser')],
    [traitKinds.os, hashed('os')],
    [traitKinds.deviceType, traits.deviceType],
    [traitKinds.rtt, traits.rtt],
  ];
  return fields.map(([kind, name]) => (name === null ? '' : `${kind}:${name}`)).join(',');
};

/** In the order of the kinds; '' where a trait is not known. */
export const traitFieldsIn = (text: string): readonly string[] => text.split(',');

/** @param count of a field's logins; @param hour of proven logins in the hour at hand. */
export const traitCountsFrom = (
  fields: readonly string[],
  count: (field: string, index: number) => number,
  hour: number | null,
): TraitCounts => {
  const at = (index: number): number | null => {
    const field = fields[index] ?? '';
    return field === '' ? null : count(field, index);
  };
  return {
    address: at(0),
    asn: at(1),
    country: at(2),
    userAgent: at(3),
    browser: at(4),
    os: at(5),
    deviceType: at(6),
    rtt: at(7),
    hour,
  };
};

/** Logins of a trait field of a profile: "first,last,logins". */
export const loginsIn = (value: unknown): number => {
  const text = textOrNullIn(value);
  return text === null ? 0 : Number.parseInt(text.slice(text.lastIndexOf(',') + 1), 36);
};
