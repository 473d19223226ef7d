import { judgeLockfile } from './supply-chain/integrity.js';
import { readLockedTree, readReviewed } from './supply-chain/lockfile.js';

const report = judgeLockfile(readLockedTree('package-lock.json'), readReviewed());
for (const problem of report.problems) console.error(problem);
console.log(
  `lockfile: ${report.withIntegrity} packages with sha512, ${report.platformOnly} binaries for ` +
    `other platforms without, ${report.problems.length} problems`,
);
process.exitCode = report.problems.length === 0 ? 0 : 1;
