import { installedPackages, type LockedTree, type Reviewed } from './lockfile.js';
import { isPlatformBinary } from './platform-binaries.js';

const isAllowed = (licence: string, allowed: readonly string[]): boolean => {
  const flat = licence.replaceAll(/^\(|\)$/g, '');
  // Nested expressions are rare enough to be looked at by a person.
  if (/[()]/.test(flat)) return false;
  if (flat.includes(' AND ')) return flat.split(' AND ').every((part) => allowed.includes(part));
  return flat.split(' OR ').some((part) => allowed.includes(part));
};

const majorOf = (version: string | undefined): number => Number.parseInt(version ?? '', 10);

export interface LicenceReport {
  readonly checked: number;
  readonly problems: readonly string[];
}

/**
 * @param licenceAt what the installed package itself declares at this place; null where it is not
 * installed (another platform), which leaves the lockfile's word.
 */
export const judgeLicences = (
  tree: LockedTree,
  reviewed: Reviewed,
  licenceAt: (place: string) => string | null,
): LicenceReport => {
  const used = new Set<string>();
  const packages = installedPackages(tree);
  const problems = packages.flatMap(({ place, name, entry }) => {
    const refused = reviewed.refused.find((rule) => rule.name === name);
    if (refused !== undefined && !(majorOf(entry.version) < refused.from)) {
      return [`${place}@${entry.version ?? '?'} is refused: ${refused.reason}`];
    }
    const licence = licenceAt(place) ?? entry.license ?? null;
    // Never downloaded here; on its own platform it is installed, and then it is read.
    if (licence === null && isPlatformBinary(entry)) return [];
    if (licence !== null && isAllowed(licence, reviewed.licences)) return [];
    const review = reviewed.packages.find((one) => one.name === name && one.licence === licence);
    if (review === undefined) return [`${place}: licence ${licence ?? 'unknown'} is not allowed`];
    used.add(review.name);
    const shipped = entry.dev !== true;
    return shipped && review.scope === 'development'
      ? [`${place}: licence ${review.licence} was reviewed for development only`]
      : [];
  });
  const stale = reviewed.packages
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => `${name}: reviewed, but not installed under that licence any more`);
  return { checked: packages.length, problems: [...problems, ...stale] };
};
