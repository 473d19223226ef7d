import type { StartEngine } from '@stepgate/evaluation';
import { startPrivateEngine } from '../events/private-engine.js';

/** Under full load on both cores an answer may be late; a degraded one would be another one. */
const stateTimeoutMs = 10_000;

/** An engine over a Redis of its own, with the lists and the pace of the replay beside it. */
export const replayEngineStarter =
  (signal: AbortSignal): StartEngine =>
  async ({ policies, reputation, populationRefreshSeconds, deviceTokenDays }) => {
    const { address, stop } = await startPrivateEngine(
      {
        STEPGATE_POLICY_DIR: policies,
        STEPGATE_REPUTATION_DIR: reputation,
        STEPGATE_POPULATION_REFRESH_SECONDS: String(populationRefreshSeconds),
        STEPGATE_DEVICE_TOKEN_DAYS: String(deviceTokenDays),
        STEPGATE_STATE_TIMEOUT_MS: String(stateTimeoutMs),
        STEPGATE_LOG_LEVEL: 'warn',
      },
      signal,
    );
    return { url: address.url, apiKey: address.key, stop };
  };
