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
  country: ['US', 'IN', 'BR', 'DE', 'GB', 'FR', 'JP', 'NL', 'other'],
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

/** Versions behind the newest of the same browser, from which one is called old. */
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

const newestOf = (logins: Resolved): ReadonlyMap<string, number> => {
  const newest = new Map<string, number>();
  for (const [, resolved] of logins) {
    const browser = browserOf(resolved);
    if (browser === null) continue;
    newest.set(browser.family, Math.max(newest.get(browser.family) ?? 0, browser.major));
  }
  return newest;
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
  const newest = newestOf(logins);
  const bits = new Map([...livesOf(logins)].map(([user, life]) => [user, bitsOfLife(life)]));
  return (login, resolved, proven) => {
    const { deviceType } = resolved;
    const browser = browserOf(resolved);
    const behind = browser === null ? 0 : (newest.get(browser.family) ?? 0) - browser.major;
    const handheld = deviceType === 'mobile' || deviceType === 'tablet';
    return (
      bitOf('connection', connectionOf(login, resolved)) |
      bitOf('device', handheld ? 'mobile' : 'desktop') |
      (behind >= oldBy ? bitOf('device', 'old_browser') : 0) |
      bitOf('cookies', login.device === null ? 'private_window' : 'kept') |
      bitOf('history', historyName(proven)) |
      (bits.get(login.user) ?? 0)
    );
  };
};
