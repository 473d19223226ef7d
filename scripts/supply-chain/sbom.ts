import { installedPackages, type LockedTree } from './lockfile.js';

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

/** The part of CycloneDX that is looked at; the rest goes through as it is. */
export interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

const ours = '@stepgate/';
/** Private: serves tests only. */
const testKit = '@stepgate/testing@';

/**
 * What is shipped, of what npm lists. `npm sbom --omit dev` cannot be used: a package that a service
 * needs and the root's tests need too (express, ioredis, zod ...) is left out by it. The lockfile knows.
 */
export const productionSbom = (sbom: Sbom, tree: LockedTree): Sbom => {
  const shipped = new Set(
    installedPackages(tree)
      .filter(({ entry }) => entry.dev !== true)
      .map(({ name, entry }) => `${name}@${entry.version ?? ''}`),
  );
  const components = sbom.components.filter(
    // npm gives a workspace's folder for its name.
    ({ name, version, 'bom-ref': ref }) =>
      shipped.has(`${name}@${version}`) || (ref.startsWith(ours) && !ref.startsWith(testKit)),
  );
  const refs = new Set(components.map((component) => component['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((to) => refs.has(to)) }));
  return { ...sbom, components, dependencies };
};
