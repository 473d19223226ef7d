import { fireInLanes, login, postOrBreak, type Answer, type Api } from '@stepgate/testing';
import { isNormal } from './answers.js';
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

const tries = 20;

/** What a login of each of them is told, by the whole of the state where `settled`. */
export const logInto = (
  api: Api,
  names: readonly string[],
  settled = false,
): Promise<readonly Answer[]> =>
  fireInLanes({ lanes: 4, calls: names.length }, async (n) => {
    const ask = (): Promise<Answer> => postOrBreak(api, '/v1/decisions', login(names[n] ?? ''));
    let answer = await ask();
    for (let asked = 1; settled && asked < tries && !isNormal(answer); asked += 1)
      answer = await ask();
    return answer;
  });
