import type { ResolvedLogin } from './scorer.js';

export type Trait = Exclude<keyof ResolvedLogin, 'user' | 'listed'>;

/** How often each value of each trait was seen, kept up to date login by login. */
export interface LoginCounts {
  readonly logins: number;
  seen(trait: Trait, value: string): number;
  distinct(trait: Trait): number;
  add(login: ResolvedLogin): void;
}

const traits = [
  'address',
  'asn',
  'country',
  'userAgent',
  'browser',
  'os',
  'deviceType',
] as const satisfies readonly Trait[];

export const createLoginCounts = (): LoginCounts => {
  const counts: Readonly<Record<Trait, Map<string, number>>> = {
    address: new Map(),
    asn: new Map(),
    country: new Map(),
    userAgent: new Map(),
    browser: new Map(),
    os: new Map(),
    deviceType: new Map(),
  };
  let logins = 0;
  return {
    get logins() {
      return logins;
    },
    seen: (trait, value) => counts[trait].get(value) ?? 0,
    distinct: (trait) => counts[trait].size,
    add: (login) => {
      logins += 1;
      for (const trait of traits) {
        counts[trait].set(login[trait], (counts[trait].get(login[trait]) ?? 0) + 1);
      }
    },
  };
};
