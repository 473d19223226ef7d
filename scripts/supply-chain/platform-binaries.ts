import type { LockEntry, LockedTree } from './lockfile.js';

const platformName =
  /[-/](android|aix|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)(?:-(gnu|musl|msvc|eabi|gnueabihf|musleabihf))?$/;

/** An optional package that holds a binary for one platform, and is bound to it. */
export const isPlatformBinary = (entry: LockEntry): boolean =>
  entry.optional === true && entry.os !== undefined && entry.cpu !== undefined;

/** Where node would find `name` from the package at `from`, among what the lockfile places. */
const placeOf = (tree: LockedTree, from: string, name: string): string | null => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (tree[place] !== undefined) return place;
    if (at === '') return null;
  }
};

export interface MissingOptional {
  readonly from: string;
  readonly name: string;
  readonly version: string;
}

/** Optional dependencies that some package asks for and the lockfile does not place. */
export const missingOptionals = (tree: LockedTree): readonly MissingOptional[] =>
  Object.entries(tree).flatMap(([from, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => placeOf(tree, from, name) === null)
      .map(([name, version]) => ({ from, name, version })),
  );

/** Keys in npm's own order, so that its next write is no diff. */
const entryFor = ({ name, version }: MissingOptional, dev: boolean): LockEntry => {
  const [, os, cpu, abi = ''] = platformName.exec(name) ?? [];
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name}@${version} is no platform binary of an exact version`);
  }
  const libc = { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] };
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(os === 'linux' && abi !== '' ? libc : {}),
    optional: true,
    os: [os],
  };
};

/**
 * The tree with an entry for every platform binary that npm left out.
 *
 * npm writes only those that the registry in use could serve, and `npm ci` of npm 11 then refuses
 * the lockfile on every machine. Such an entry has no integrity, since nothing was downloaded.
 *
 * @throws Error when what is missing is not a platform binary: that needs a look, not an entry.
 */
export const withPlatformBinaries = (tree: LockedTree): LockedTree => {
  const added = missingOptionals(tree).map((missing): [string, LockEntry] => {
    const outer = missing.from.slice(0, Math.max(0, missing.from.lastIndexOf('node_modules/')));
    const dev = tree[missing.from]?.dev === true;
    return [`${outer}node_modules/${missing.name}`, entryFor(missing, dev)];
  });
  const entries = [...Object.entries(tree), ...added];
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
};
