import type { LoginTraits, Pseudonyms } from '@stepgate/assessment';
import type { SubjectRef, TraitCounts } from '@stepgate/engine';

/** Kinds of traits, in the order in which they are written. */
const levels = [
  'address',
  'asn',
  'country',
  'userAgent',
  'browser',
  'os',
  'deviceType',
  'rtt',
] as const satisfies readonly (keyof LoginTraits)[];

/** Letter of a level's fields. */
export const kindOf: Readonly<Record<keyof TraitCounts, string>> = {
  address: 'i',
  asn: 'a',
  country: 'c',
  userAgent: 'u',
  browser: 'b',
  os: 'o',
  deviceType: 't',
  rtt: 'l',
  hour: 'h',
};

/** The first half of an IPv6 address: what one customer has. */
const prefixOf = (address: string): string => {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest].slice(0, 4).join(':');
};

/** @param address canonical; all of an IPv6 /64 is one source. */
export const sourceOf = (address: string): string =>
  address.includes(':') ? prefixOf(address) : address;

/** The addresses around a source: IPv4 /24, IPv6 /48. */
export const blockOf = (address: string): string => {
  const separator = address.includes(':') ? ':' : '.';
  return sourceOf(address).split(separator).slice(0, 3).join(separator);
};

export const subjectOf = ({ type, id }: SubjectRef): string => `sub_${type}\n${id}`;

export interface Names {
  /** Fields of the traits end to end, '' where one is not known; opaque, free of commas within. */
  traitsOf(traits: LoginTraits | null): string;
}

/** Nothing is stored and nobody can read along, so values get numbers in place of keyed hashes. */
export const createNames = (): Names => {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
  return {
    traitsOf: (traits) =>
      traits === null
        ? ''
        : levels
            .map((level) => {
              const [value, kind] = [traits[level], kindOf[level]];
              if (value === null) return '';
              const named = level === 'address' ? sourceOf(value) : value;
              return `${kind}:${numberOf(`${kind}:${named}`).toString(36)}`;
            })
            .join(','),
  };
};

/** Traits that are known. */
export const fieldsOf = (traits: string): readonly string[] =>
  traits.split(',').filter((field) => field !== '');

/** @param count of a field's logins. @param hour of logins in the hour at hand. */
export const countTraits = (
  traits: string,
  count: (field: string) => number,
  hour: number,
): TraitCounts => {
  const fields = traits.split(',');
  const at = (index: number): number | null => {
    const field = fields[index] ?? '';
    return field === '' ? null : count(field);
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

/** What stands for an attempt: in a replay, the thing itself. */
export const pseudonymsOf = (
  names: Names,
  asked: {
    readonly subject: SubjectRef;
    readonly address: string | null;
    readonly deviceId: string | null;
    readonly traits: LoginTraits | null;
    readonly fingerprint?: string | null;
  },
): Pseudonyms => ({
  subject: subjectOf(asked.subject),
  source: asked.address === null ? null : sourceOf(asked.address),
  device: asked.deviceId,
  fingerprint: asked.fingerprint ?? null,
  traits: names.traitsOf(asked.traits),
});
