export { createReferenceScorer } from './reference.js';
export { createRulesOnlyScorer } from './rules-only.js';
export type { ResolvedLogin, Scorer } from './scorer.js';
