import type { Scenario } from '../scenario.js';

/** In the order in which they are played; each stands in a file of its own. */
export const scenarios: readonly Scenario[] = [];
