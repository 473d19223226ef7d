/** How much is evaluated. */
export interface EvaluationSettings {
  readonly quick: boolean;
  readonly seeds: readonly number[];
  readonly users: number;
  readonly attemptsPerAttacker: number;
  readonly usersPerHardNegative: number;
  /** Of each sequence. */
  readonly waves: number;
  /** Of the bootstrap. */
  readonly resamples: number;
  /** Of the stream that is replayed over HTTP as well. */
  readonly agreementUsers: number;
  readonly agreementAttempts: number;
  /** As the dev clock of the requests moves. */
  readonly populationRefreshMs: number;
  readonly deviceTokenDays: number;
}

/** Where things are. */
export interface EvaluationPlaces {
  /** Policies that are evaluated. */
  readonly policies: string;
  /** Reputation lists as they are shipped. */
  readonly reputation: string;
  /** Feeds that attackers draw from; null: from the shipped lists. */
  readonly feeds: string | null;
  /** For the lists of each seed. */
  readonly scratch: string;
}

/** The application whose governing policy is evaluated: any that no policy of its own names. */
export const application = 'portal';

const hourMs = 3_600_000;

const common = { populationRefreshMs: hourMs, deviceTokenDays: 180 };

export const fullSettings = (seeds: number): EvaluationSettings => ({
  ...common,
  quick: false,
  seeds: Array.from({ length: seeds }, (_, n) => n + 1),
  users: 12_000,
  attemptsPerAttacker: 10_000,
  usersPerHardNegative: 500,
  waves: 40,
  resamples: 200,
  agreementUsers: 400,
  agreementAttempts: 40,
});

export const quickSettings = (): EvaluationSettings => ({
  ...common,
  quick: true,
  seeds: [1],
  users: 3_000,
  attemptsPerAttacker: 1_000,
  usersPerHardNegative: 200,
  waves: 8,
  resamples: 60,
  agreementUsers: 150,
  agreementAttempts: 20,
});
