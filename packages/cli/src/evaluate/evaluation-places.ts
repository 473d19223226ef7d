import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EvaluationPlaces } from '@stepgate/evaluation';
import { UsageError } from '../alerts/settings.js';
import { repositoryRoot } from '../dev-stack/dev-stack.js';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Feeds that are kept beside the checkout, where somebody keeps them. */
const feedsBeside = join(repositoryRoot, '../shared/data/feeds');

/**
 * @param given directory of feeds; null: those beside the checkout, else the shipped lists.
 * @throws UsageError when the given directory is not there.
 */
export const evaluationPlaces = async (
  given: string | null,
  scratch: string,
): Promise<EvaluationPlaces> => {
  if (given !== null && !(await exists(resolve(given)))) {
    throw new UsageError(`--feeds ${given}: there is no such directory`);
  }
  const feeds =
    given === null ? ((await exists(feedsBeside)) ? feedsBeside : null) : resolve(given);
  return {
    policies: join(repositoryRoot, 'infra/policies'),
    reputation: join(repositoryRoot, 'infra/reputation'),
    feeds,
    scratch,
  };
};
