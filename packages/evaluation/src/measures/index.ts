export { bootstrapByUser } from './bootstrap-by-user.js';
export { medianReauthentications, thresholdFor } from './re-authentications.js';
export { riskScoreRelation } from './risk-score-relation.js';
export { rocPoints } from './roc-points.js';
export type { Sample } from './sample.js';
export { shareByUser, type UserCount } from './share-by-user.js';
export { auc, recallAt } from './separation.js';
