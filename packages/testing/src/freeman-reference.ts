/**
 * The likelihood ratio of Freeman et al. as Wiefling et al. restate it (das-group/rba-algorithm,
 * notebook of commit 28fec467), written out as the formulas stand, over the raw list of earlier logins
 * and with no counts kept: slow, and for tests alone. The product's own model is held against it.
 */
export interface FreemanTraits {
  readonly address: string;
  readonly asn: string;
  readonly country: string;
  readonly userAgent: string;
  readonly browser: string;
  readonly os: string;
  readonly deviceType: string;
}

export interface FreemanLogin extends FreemanTraits {
  readonly user: string;
}

export interface FreemanScore {
  readonly score: number;
  readonly features: {
    readonly address: number;
    readonly userAgent: number;
    readonly loginCount: number;
  };
}

type Trait = keyof FreemanTraits;

const hierarchies = {
  address: [
    ['address', 0.6],
    ['asn', 0.3],
    ['country', 0.1],
  ],
  userAgent: [
    ['userAgent', 0.5386653840551359],
    ['browser', 0.2680451498625666],
    ['os', 0.18818295100109536],
    ['deviceType', 0.0051065150812021525],
  ],
} as const;

const countOf = (logins: readonly FreemanLogin[], trait: Trait, value: string): number =>
  logins.filter((login) => login[trait] === value).length;

const distinct = (logins: readonly FreemanLogin[], trait: Trait): number =>
  new Set(logins.map((login) => login[trait])).size;

const featureRatio = (
  earlier: readonly FreemanLogin[],
  own: readonly FreemanLogin[],
  {
    traits,
    levels,
  }: {
    readonly traits: FreemanTraits;
    readonly levels: readonly [readonly [Trait, number], ...(readonly [Trait, number])[]];
  },
): number => {
  const [[finest, finestWeight], ...deeper] = levels;
  const seen = countOf(earlier, finest, traits[finest]);
  const unseen = 1 + deeper.reduce((sum, [trait]) => sum + distinct(earlier, trait), 0);
  // m: one more than the deeper values seen together with the finest one, which are as many as there are levels.
  const discount = seen === 0 ? 1 : seen / (seen + 1 + deeper.length);
  let all = (finestWeight * discount * Math.max(seen, 1)) / (earlier.length + unseen);
  for (const [trait, weight] of deeper) {
    all += (weight * countOf(earlier, trait, traits[trait])) / earlier.length;
  }
  let ours = 0;
  for (const [trait, weight] of levels) {
    ours += (weight * countOf(own, trait, traits[trait])) / own.length;
  }
  return ours === 0 ? all / (all / 4) : all / ours;
};

/** Null: nobody's first login can be scored. */
export const freemanScore = (
  earlier: readonly FreemanLogin[],
  user: string,
  traits: FreemanTraits,
): FreemanScore | null => {
  const own = earlier.filter((login) => login.user === user);
  if (own.length === 0) return null;
  const users = new Set(earlier.map((login) => login.user)).size;
  const features = {
    address: featureRatio(earlier, own, { traits, levels: hierarchies.address }),
    userAgent: featureRatio(earlier, own, { traits, levels: hierarchies.userAgent }),
    loginCount: 1 / users / (own.length / earlier.length),
  };
  return { score: features.address * features.userAgent * features.loginCount, features };
};
