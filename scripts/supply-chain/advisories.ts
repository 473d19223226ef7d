import { readFileSync } from 'node:fs';
import semver from 'semver';
import { installedPackages, type LockedTree } from './lockfile.js';

export interface Advisory {
  readonly package: string;
  /** Of versions that must not be installed, as npm writes ranges. */
  readonly range: string;
  /** CVE, GHSA, or where it is told of. */
  readonly id: string;
  readonly date: string;
  readonly note: string;
}

/** advisories.json: what people have read and entered; checked without a network. */
export interface ReviewedAdvisories {
  /** When somebody last looked whether there are new ones. */
  readonly reviewed: string;
  readonly advisories: readonly Advisory[];
}

export const readAdvisories = (): ReviewedAdvisories =>
  JSON.parse(
    readFileSync(new URL('./advisories.json', import.meta.url), 'utf8'),
  ) as ReviewedAdvisories;

/** A range that cannot be read would match nothing, for ever and in silence. */
const unreadable = ({ advisories }: ReviewedAdvisories): readonly string[] =>
  advisories
    .filter(
      ({ range, date }) => semver.validRange(range) === null || Number.isNaN(Date.parse(date)),
    )
    .map(
      (one) =>
        `advisories.json: ${one.package} ${one.range} (${one.id}) has no usable range or date`,
    );

/** Every locked version, of production and development, that an advisory names. */
export const judgeAdvisories = (
  tree: LockedTree,
  reviewed: ReviewedAdvisories,
): readonly string[] => {
  const about = (name: string): readonly Advisory[] =>
    reviewed.advisories.filter((advisory) => advisory.package === name);
  const hits = installedPackages(tree).flatMap(({ place, name, entry }) =>
    about(name)
      .filter(({ range }) =>
        semver.satisfies(entry.version ?? '', range, { includePrerelease: true }),
      )
      .map(({ id, note }) => `${place}@${entry.version ?? '?'}: ${id}: ${note}`),
  );
  return [...unreadable(reviewed), ...hits];
};

/** Whole days since the last review. */
export const daysSinceReview = ({ reviewed }: ReviewedAdvisories, now: number): number =>
  Math.floor((now - Date.parse(reviewed)) / 86_400_000);
