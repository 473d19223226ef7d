import { existsSync, readFileSync } from 'node:fs';
import { judgeLicences } from './supply-chain/licences.js';
import { readLockedTree, readReviewed } from './supply-chain/lockfile.js';

/** Old manifests say `{type}` or a list of those; anything else stays unknown. */
const licenceAt = (place: string): string | null => {
  const file = `${place}/package.json`;
  if (!existsSync(file)) return null;
  const { license } = JSON.parse(readFileSync(file, 'utf8')) as {
    license?: string | { type?: string };
  };
  return typeof license === 'string' ? license : (license?.type ?? null);
};

const report = judgeLicences(readLockedTree('package-lock.json'), readReviewed(), licenceAt);
for (const problem of report.problems) console.error(problem);
console.log(`licences: ${report.checked} packages, ${report.problems.length} problems`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
