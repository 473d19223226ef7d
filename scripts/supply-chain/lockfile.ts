import { readFileSync } from 'node:fs';

export interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Keyed by place: '' is the root, `packages/x` a workspace, `node_modules/x` an installed package. */
export type LockedTree = Readonly<Record<string, LockEntry>>;

export interface Installed {
  readonly place: string;
  readonly name: string;
  readonly entry: LockEntry;
}

export interface ReviewedPackage {
  readonly name: string;
  readonly licence: string;
  readonly scope: 'production' | 'development';
  readonly reason: string;
}

/** What people have looked at and decided; reviewed.json. */
export interface Reviewed {
  readonly licences: readonly string[];
  readonly packages: readonly ReviewedPackage[];
  readonly refused: readonly {
    readonly name: string;
    readonly from: number;
    readonly reason: string;
  }[];
  readonly installScripts: readonly { readonly name: string; readonly reason: string }[];
}

const marker = 'node_modules/';

/** Packages of others; the workspaces and their links are ours. */
export const installedPackages = (tree: LockedTree): readonly Installed[] =>
  Object.entries(tree)
    .filter(([place, entry]) => place.includes(marker) && entry.link !== true)
    .map(([place, entry]) => ({
      place,
      name: place.slice(place.lastIndexOf(marker) + marker.length),
      entry,
    }));

export const readLockedTree = (file: string): LockedTree =>
  (JSON.parse(readFileSync(file, 'utf8')) as { packages: LockedTree }).packages;

export const readReviewed = (): Reviewed =>
  JSON.parse(readFileSync(new URL('./reviewed.json', import.meta.url), 'utf8')) as Reviewed;
