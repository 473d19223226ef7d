import { unavailable } from '@stepgate/engine';
import type { ReputationLists, ReputationStatus } from './reputation-lists.js';

/** No lists were configured: every address is `unavailable`, none is called clean. */
export const createNoReputation = (problem: string): ReputationLists => {
  const signal = unavailable(problem);
  const status: ReputationStatus = {
    source: 'reputation',
    dataDate: null,
    problem,
    lists: [],
    entries: 0,
    rejectedLines: 0,
    tableBytes: 0,
  };
  return { lookUp: () => signal, status: () => status, reload: () => Promise.resolve(status) };
};
