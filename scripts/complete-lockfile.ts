import { readFileSync, writeFileSync } from 'node:fs';
import type { LockedTree } from './supply-chain/lockfile.js';
import { missingOptionals, withPlatformBinaries } from './supply-chain/platform-binaries.js';

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: LockedTree };
const missing = missingOptionals(lock.packages).length;
if (missing > 0) {
  const completed = { ...lock, packages: withPlatformBinaries(lock.packages) };
  writeFileSync(file, `${JSON.stringify(completed, null, 2)}\n`);
}
console.log(`${file}: ${missing} platform binaries added`);
