import { fireInLanes, login, postOrBreak, type Answer, type Api } from '@stepgate/testing';
import { fatigue } from './denials.js';

/** The fifth denied prompt locks the account, for as long as any scenario lasts. */
export const lockingPolicy = `stepgate: v1
policy: locking
push_fatigue:
  count: [denied]
  window: 24h
  rungs:
    - { at: 5, decision: deny, hold: 60m, alert: critical }
  campaign: { source: 1000, network: 1000, tenant: 1000, window: 1m, alert: critical }
`;

/** Locks so many accounts. @returns their names. */
export const lockAccounts = async (api: Api, size: number): Promise<readonly string[]> => {
  const names = Array.from({ length: size }, (_, n) => `locked-${String(n)}`);
  await fireInLanes({ lanes: 8, calls: size }, (n) => fatigue(() => api, names[n] ?? ''));
  return names;
};

/** What a login of each of them is told. */
export const logInto = (api: Api, names: readonly string[]): Promise<readonly Answer[]> =>
  fireInLanes({ lanes: 8, calls: names.length }, (n) =>
    postOrBreak(api, '/v1/decisions', login(names[n] ?? '')),
  );
