import type { SyntheticLogin } from '../login.js';
import type { ResolvedLogin } from '../scorers/index.js';

/** People whom the policy may serve unequally, by what tells them apart. */
export const impactGroups = {
  connection: ['ordinary', 'listed', 'home', 'mobile_cgnat', 'office_nat', 'private_relay'],
  device: ['mobile', 'desktop', 'old_browser'],
  cookies: ['kept', 'private_window'],
  history: ['first', 'to_3', 'to_11', 'long_standing'],
  devices: ['one', 'several'],
  travel: ['never_abroad', 'abroad'],
  country: ['NO', 'US', 'RU', 'BR', 'DE', 'GB', 'FR', 'IN', 'other'],
} as const;
export type ImpactDimension = keyof typeof impactGroups;

export interface ImpactGroup {
  readonly dimension: ImpactDimension;
  readonly name: string;
}

const dimensions: readonly ImpactDimension[] = [
  'connection',
  'device',
  'cookies',
  'history',
  'devices',
  'travel',
  'country',
];

/** In the order of the bits of a membership. */
export const allImpactGroups: readonly ImpactGroup[] = dimensions.flatMap((dimension) =>
  impactGroups[dimension].map((name) => ({ dimension, name })),
);

const bitOf = (dimension: ImpactDimension, name: string): number => {
  const index = allImpactGroups.findIndex(
    (group) => group.dimension === dimension && group.name === name,
  );
  return index === -1 ? 0 : 1 << index;
};

export const isMember = (membership: number | undefined, group: ImpactGroup): boolean =>
  ((membership ?? 0) & bitOf(group.dimension, group.name)) !== 0;

/** Versions behind the usual one of the same browser, from which one is called old. */
const oldBy = 10;

const versioned = /^(.*\D) (\d+)/;

const browserOf = ({ browser }: ResolvedLogin): { family: string; major: number } | null => {
  const [, family, major] = versioned.exec(browser) ?? [];
  return family === undefined ? null : { family, major: Number(major) };
};

/** What is known of a user only when all of its logins are. */
interface Life {
  readonly countries: Map<string, number>;
  readonly devices: Set<string>;
}

type Resolved = readonly (readonly [SyntheticLogin, ResolvedLogin])[];

const livesOf = (logins: Resolved): ReadonlyMap<number, Life> => {
  const lives = new Map<number, Life>();
  for (const [{ user, by, device }, { country }] of logins) {
    if (by.kind !== 'owner') continue;
    const life = lives.get(user) ?? { countries: new Map<string, number>(), devices: new Set() };
    lives.set(user, life);
    life.countries.set(country, (life.countries.get(country) ?? 0) + 1);
    if (device !== null) life.devices.add(device);
  }
  return lives;
};

/** The version of each browser that half of its logins are behind. */
const usualOf = (logins: Resolved): ReadonlyMap<string, number> => {
  const majors = new Map<string, number[]>();
  for (const [, resolved] of logins) {
    const browser = browserOf(resolved);
    if (browser === null) continue;
    const known = majors.get(browser.family) ?? [];
    majors.set(browser.family, known);
    known.push(browser.major);
  }
  return new Map(
    [...majors].map(([family, all]) => [
      family,
      all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0,
    ]),
  );
};

const connectionOf = ({ by }: SyntheticLogin, { listed }: ResolvedLogin): string => {
  if (by.kind === 'hard_negative') return by.name;
  return listed ? 'listed' : 'ordinary';
};

const historyName = (proven: number): string => {
  if (proven === 0) return 'first';
  if (proven < 4) return 'to_3';
  return proven < 12 ? 'to_11' : 'long_standing';
};

const bitsOfLife = ({ countries, devices }: Life): number => {
  const [home = 'none'] = [...countries].toSorted((one, other) => other[1] - one[1])[0] ?? [];
  return (
    bitOf('devices', devices.size > 1 ? 'several' : 'one') |
    bitOf('travel', countries.size > 1 ? 'abroad' : 'never_abroad') |
    (bitOf('country', home) || bitOf('country', 'other'))
  );
};

/** @returns which groups a login falls into, given the proven logins before it; a bit for each group. */
export const createImpactGrouper = (
  logins: Resolved,
): ((login: SyntheticLogin, resolved: ResolvedLogin, proven: number) => number) => {
  const usual = usualOf(logins);
  const bits = new Map([...livesOf(logins)].map(([user, life]) => [user, bitsOfLife(life)]));
  const bitsOfBrowser = (login: SyntheticLogin, resolved: ResolvedLogin): number => {
    const { deviceType } = resolved;
    const browser = browserOf(resolved);
    const behind = browser === null ? 0 : (usual.get(browser.family) ?? 0) - browser.major;
    const handheld = deviceType === 'mobile' || deviceType === 'tablet';
    return (
      bitOf('device', handheld ? 'mobile' : 'desktop') |
      (behind >= oldBy ? bitOf('device', 'old_browser') : 0) |
      bitOf('cookies', login.device === null ? 'private_window' : 'kept')
    );
  };
  return (login, resolved, proven) => {
    const victim = bitOf('history', historyName(proven)) | (bits.get(login.user) ?? 0);
    // The browser and the connection of a thief say nothing of whom the thief attacks.
    if (login.by.kind === 'attacker') return victim;
    const connection = bitOf('connection', connectionOf(login, resolved));
    // Strange on purpose: to be compared with each other, not to colour all other groups.
    if (login.by.kind !== 'owner') return connection;
    return connection | victim | bitsOfBrowser(login, resolved);
  };
};
