import type { Scorer } from './scorer.js';

interface Known {
  readonly countries: Set<string>;
  readonly userAgents: Set<string>;
}

/** What a checklist does: a point each for a new country, a new device and a listed address. */
export const createRulesOnlyScorer = (): Scorer => {
  const users = new Map<string, Known>();
  return {
    score: ({ user, country, userAgent, listed }) => {
      const known = users.get(user);
      if (known === undefined) return null;
      const fired = [!known.countries.has(country), !known.userAgents.has(userAgent), listed];
      return fired.filter(Boolean).length;
    },
    learn: ({ user, country, userAgent }) => {
      const known = users.get(user) ?? { countries: new Set(), userAgents: new Set() };
      users.set(user, known);
      known.countries.add(country);
      known.userAgents.add(userAgent);
    },
  };
};
