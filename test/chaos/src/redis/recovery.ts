import { waitUntil } from '@stepgate/cli';
import { login, postOrBreak, type Api } from '@stepgate/testing';
import { isNormal } from './answers.js';

/** From now until a login of that subject is decided on the whole of the state again. */
export const millisecondsUntilNormal = async (
  api: Api,
  subject: string,
  timeoutMs = 20_000,
): Promise<number> => {
  const startedAt = performance.now();
  await waitUntil(async () => isNormal(await postOrBreak(api, '/v1/decisions', login(subject))), {
    timeoutMs,
    what: () => 'decisions stayed degraded',
  });
  return performance.now() - startedAt;
};
