import { installedPackages, type LockedTree, type Reviewed } from './lockfile.js';
import { isPlatformBinary, missingOptionals } from './platform-binaries.js';

export interface LockReport {
  readonly withIntegrity: number;
  /** Binaries for platforms that the registry in use could not serve; see platform-binaries.ts. */
  readonly platformOnly: number;
  readonly problems: readonly string[];
}

/** What an install from this lockfile could do that nobody has agreed to. */
export const judgeLockfile = (tree: LockedTree, reviewed: Reviewed): LockReport => {
  const packages = installedPackages(tree);
  const sealed = packages.filter(({ entry }) => entry.integrity?.startsWith('sha512-') === true);
  const open = packages.filter((one) => !sealed.includes(one));
  const scripted = packages.filter(({ entry }) => entry.hasInstallScript === true);
  const known = new Set(reviewed.installScripts.map(({ name }) => name));
  const problems = [
    ...open
      .filter(({ entry }) => entry.integrity !== undefined || !isPlatformBinary(entry))
      .map(({ place }) => `${place}: no sha512 integrity`),
    ...scripted
      .filter(({ name }) => !known.has(name))
      .map(({ place }) => `${place}: has an install script that nobody reviewed`),
    ...[...known]
      .filter((name) => !scripted.some((one) => one.name === name))
      .map((name) => `${name}: its install script was reviewed, but it has none any more`),
    ...missingOptionals(tree).map(
      ({ from, name }) =>
        `${from}: optional ${name} is missing, so npm 11 refuses \`npm ci\`; run \`make lockfile\``,
    ),
  ];
  return { withIntegrity: sealed.length, platformOnly: open.length, problems };
};

const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** Ranges resolve to what is newest on the day of the install; ours resolve to what was reviewed. */
export const looseRanges = (
  manifest: Pick<LockedTree[string], 'dependencies' | 'devDependencies' | 'optionalDependencies'>,
): readonly string[] =>
  Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  })
    .filter(([, range]) => !exactVersion.test(range))
    .map(([name, range]) => `${name}@${range}`);
