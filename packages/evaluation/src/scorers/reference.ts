import { createLoginCounts, type LoginCounts, type Trait } from './login-counts.js';
import type { ResolvedLogin, Scorer } from './scorer.js';

interface Level {
  readonly trait: Trait;
  readonly weight: number;
}

/** Finest level first; a feature's weights sum to 1. */
interface Feature {
  readonly finest: Level;
  readonly deeper: readonly Level[];
}

const features: readonly Feature[] = [
  {
    finest: { trait: 'address', weight: 0.6 },
    deeper: [
      { trait: 'asn', weight: 0.3 },
      { trait: 'country', weight: 0.1 },
    ],
  },
  {
    finest: { trait: 'userAgent', weight: 0.5386653840551359 },
    deeper: [
      { trait: 'browser', weight: 0.2680451498625666 },
      { trait: 'os', weight: 0.18818295100109536 },
      { trait: 'deviceType', weight: 0.0051065150812021525 },
    ],
  },
];

/** Both sides are smoothed alike where nothing was seen, so the published form sets the quotient itself. */
const ratioOfUnseen = 4;

interface Histories {
  readonly all: LoginCounts;
  readonly own: LoginCounts;
}

const shareOf = (counts: LoginCounts, { trait, weight }: Level, login: ResolvedLogin): number =>
  (weight * counts.seen(trait, login[trait])) / counts.logins;

const featureRatio = (
  { all, own }: Histories,
  { finest, deeper }: Feature,
  login: ResolvedLogin,
): number => {
  let ours = shareOf(own, finest, login);
  for (const level of deeper) ours += shareOf(own, level, login);
  if (ours === 0) return ratioOfUnseen;

  const seen = all.seen(finest.trait, login[finest.trait]);
  // What a value never seen before is held to weigh: one for each value that could stand below it.
  let unseen = 1;
  for (const { trait } of deeper) unseen += all.distinct(trait);
  const discount = seen === 0 ? 1 : seen / (seen + 1 + deeper.length);
  let everyone = (finest.weight * discount * Math.max(seen, 1)) / (all.logins + unseen);
  for (const level of deeper) everyone += shareOf(all, level, login);
  return everyone / ours;
};

/**
 * The published scorer that ours is measured against: the likelihood ratio of Freeman et al. as
 * Wiefling et al. restate it (TOPS 2022), without data of attacks.
 */
export const createReferenceScorer = (options: {
  /** Whether few logins of one's own count against a login: right only if thieves pick victims blindly. */
  readonly loginCount: boolean;
}): Scorer => {
  const all = createLoginCounts();
  const users = new Map<string, LoginCounts>();
  return {
    score: (login) => {
      const own = users.get(login.user);
      if (own === undefined) return null;
      let score = options.loginCount ? all.logins / users.size / own.logins : 1;
      for (const feature of features) score *= featureRatio({ all, own }, feature, login);
      return score;
    },
    learn: (login) => {
      const own = users.get(login.user) ?? createLoginCounts();
      users.set(login.user, own);
      all.add(login);
      own.add(login);
    },
  };
};
