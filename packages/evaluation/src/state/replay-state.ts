import type {
  AttemptStore,
  DecisionStore,
  DeviceTokens,
  EventStore,
  PopulationSource,
} from '@stepgate/assessment';
import { createReplayAttempts } from './attempts.js';
import { createReplayDecisions } from './decisions.js';
import { createPlainDeviceTokens } from './device-tokens.js';
import { createReplayEvents } from './events.js';
import { createLimitCounters } from './limits.js';
import { createNames } from './names.js';
import { createReplayPopulation } from './population.js';
import { createEntries } from './subjects.js';

export interface ReplayStateOptions {
  /** As STEPGATE_POPULATION_REFRESH_SECONDS, by the time of the requests. */
  readonly populationRefreshMs: number;
  /** As STEPGATE_DEVICE_TOKEN_DAYS. */
  readonly deviceTokenDays: number;
}

export interface ReplayState {
  readonly attempts: AttemptStore;
  readonly decisions: DecisionStore;
  readonly events: EventStore;
  readonly populations: PopulationSource;
  readonly deviceTokens: DeviceTokens;
}

/**
 * The state of one replay, in the process: what the scripts of packages/redis keep of logins, counted
 * as they count it. One tenant, one caller at a time, time from the requests alone.
 */
export const createReplayState = (options: ReplayStateOptions): ReplayState => {
  const entries = createEntries();
  const populations = createReplayPopulation(options.populationRefreshMs);
  return {
    attempts: createReplayAttempts({
      names: createNames(),
      entries,
      limits: createLimitCounters(),
    }),
    decisions: createReplayDecisions(entries),
    events: createReplayEvents(entries, populations),
    populations,
    deviceTokens: createPlainDeviceTokens(options.deviceTokenDays),
  };
};
