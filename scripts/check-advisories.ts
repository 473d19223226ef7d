import { daysSinceReview, judgeAdvisories, readAdvisories } from './supply-chain/advisories.js';
import { readLockedTree } from './supply-chain/lockfile.js';

/** A check that turns red by itself with time would be switched off: an old review is told, not refused. */
const reviewEveryDays = 30;

const reviewed = readAdvisories();
const problems = judgeAdvisories(readLockedTree('package-lock.json'), reviewed);
for (const problem of problems) console.error(problem);
const days = daysSinceReview(reviewed, Date.now());
console.log(
  `advisories: ${reviewed.advisories.length}, reviewed on ${reviewed.reviewed}, ${problems.length} problems` +
    (days > reviewEveryDays ? `; the review is ${days} days old, see docs/supply-chain.md` : ''),
);
process.exitCode = problems.length === 0 ? 0 : 1;
