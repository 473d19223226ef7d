import type { CheckResult } from '@stepgate/telemetry';

/** The first release of each line in which a header cannot crash the process (CVE-2026-21710). */
const leastByMajor: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  20: [20, 2],
  22: [22, 2],
  24: [14, 1],
  25: [8, 2],
};
const newestListed = 25;

/** @param version as `process.versions.node` has it. */
export const checkNodeVersion = (version: string): CheckResult => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const [leastMinor, leastPatch] = leastByMajor[major] ?? [Infinity, 0];
  const fixed =
    major > newestListed || minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
  return fixed
    ? { ok: true, detail: `node ${version}` }
    : { ok: false, degraded: true, detail: `node ${version} lacks known security fixes` };
};
