import type { UserAgentParser } from '@stepgate/assessment';
import { valueOf } from '@stepgate/engine';
import UserAgents from 'user-agents';
import { createWeighted, type Random, type Weighted } from './random.js';

export interface Browser {
  readonly userAgent: string;
  /** Browser and system without their versions: what an attacker who knows the victim imitates. */
  readonly family: string;
  readonly handheld: boolean;
}

export interface BrowserCatalogue {
  /** Any of them, the popular ones more often. */
  draw(random: Random): Browser;
  /** Of the same family, another version perhaps. */
  ofFamily(family: string, random: Random): Browser;
  handheld(random: Random): Browser;
  desktop(random: Random): Browser;
  parse(userAgent: string): Browser;
}

const profiles = 10_000;

const sortedByWeight = (): readonly string[] => {
  const weights = new Map<string, number>();
  for (const { userAgent, weight } of UserAgents.top(profiles)) {
    weights.set(userAgent, (weights.get(userAgent) ?? 0) + weight);
  }
  return [...weights]
    .toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .map(([userAgent]) => userAgent);
};

/**
 * Real user agents in the order of how common they are, drawn by Zipf's law.
 *
 * @param exponent how much the common ones prevail: 0.6 is 2020's diversity, 3 nearly one browser.
 */
export const createBrowserCatalogue = (
  parser: UserAgentParser,
  exponent: number,
): BrowserCatalogue => {
  const parse = (userAgent: string): Browser => {
    const parsed = valueOf(parser.parse(userAgent));
    return {
      userAgent,
      family: `${parsed?.browser ?? ''} on ${parsed?.os ?? ''}`,
      handheld: parsed?.deviceType === 'mobile' || parsed?.deviceType === 'tablet',
    };
  };
  const ranked = sortedByWeight().map(
    (userAgent, rank) => [parse(userAgent), (rank + 1) ** -exponent] as const,
  );
  const those = (wanted: (browser: Browser) => boolean): Weighted<Browser> =>
    createWeighted(ranked.filter(([browser]) => wanted(browser)));
  const all = createWeighted(ranked);
  const handheld = those((browser) => browser.handheld);
  const desktop = those((browser) => !browser.handheld);
  const families = new Map<string, Weighted<Browser>>();
  for (const family of new Set(ranked.map(([browser]) => browser.family))) {
    families.set(
      family,
      those((browser) => browser.family === family),
    );
  }
  return {
    draw: (random) => all.draw(random),
    ofFamily: (family, random) => (families.get(family) ?? all).draw(random),
    handheld: (random) => handheld.draw(random),
    desktop: (random) => desktop.draw(random),
    parse,
  };
};

const versions = /((?:Chrome|Firefox|FxiOS|CriOS|Edg|Version|OPR)\/)(\d+)/g;

/** The same browser after an update. */
export const upgraded = (userAgent: string): string =>
  userAgent.replace(versions, (_, name: string, major: string) => name + String(Number(major) + 1));
