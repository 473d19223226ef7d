import { judgeAdvisories, type ReviewedAdvisories } from '../../scripts/supply-chain/advisories.js';
import { readLockedTree, type LockedTree } from '../../scripts/supply-chain/lockfile.js';
import { productionSbom, type Sbom } from '../../scripts/supply-chain/sbom.js';
import { readText } from './repository.js';

const reviewed = JSON.parse(readText('scripts/supply-chain/advisories.json')) as ReviewedAdvisories;
const locked = (name: string, version: string): LockedTree => ({
  [`node_modules/${name}`]: { version },
});

describe('the reviewed advisories', () => {
  it.each([
    ['ua-parser-js', '1.0.0'],
    ['ua-parser-js', '1.0.32'],
    ['body-parser', '2.2.0'],
    ['bullmq', '6.1.0'],
    ['js-yaml', '4.1.0'],
    ['chalk', '5.6.1'],
    ['debug', '4.4.2'],
    ['vm2', '9.9.9'],
    // A release before the release is as bad as it.
    ['yaml', '2.0.0-7'],
  ])('stop %s %s in a lockfile, wherever it stands', (name, version) => {
    expect(judgeAdvisories(locked(name, version), reviewed)).not.toEqual([]);
    const nested = { [`node_modules/other/node_modules/${name}`]: { version, dev: true } };
    expect(judgeAdvisories(nested, reviewed)).not.toEqual([]);
  });

  it.each([
    ['ua-parser-js', '1.0.41'],
    ['bullmq', '6.7.0'],
    ['debug', '4.4.3'],
    ['something-else', '4.4.2'],
  ])('pass %s %s', (name, version) => {
    expect(judgeAdvisories(locked(name, version), reviewed)).toEqual([]);
  });

  it('name no version that is locked here', () => {
    expect(judgeAdvisories(readLockedTree('package-lock.json'), reviewed)).toEqual([]);
  });

  it('are refused themselves when a range cannot be read: it would match nothing', () => {
    const typo = { package: 'a', range: '<1.0.0 |', id: 'X', date: '2026-01-01', note: '' };
    const unread = { package: 'a', range: 'before 2', id: 'X', date: '2026-01-01', note: '' };
    expect(
      judgeAdvisories({}, { reviewed: '2026-01-01', advisories: [typo, unread] }).length,
    ).toBeGreaterThan(0);
  });

  it('state in the documents when they were last reviewed', () => {
    expect(readText('docs/supply-chain.md')).toContain(`Last reviewed: ${reviewed.reviewed}`);
  });
});

describe('the bill of materials', () => {
  const component = (name: string, version = '1.0.0') => ({
    'bom-ref': `${name}@${version}`,
    ...{ name, version },
  });
  const sbom: Sbom = {
    bomFormat: 'CycloneDX',
    components: ['express', 'jest', '@stepgate/engine', '@stepgate/testing'].map((name) =>
      component(name),
    ),
    dependencies: [
      { ref: '@stepgate/engine@1.0.0', dependsOn: ['express@1.0.0', 'jest@1.0.0'] },
      { ref: 'jest@1.0.0' },
    ],
  };
  const tree: LockedTree = {
    'node_modules/express': { version: '1.0.0' },
    'node_modules/jest': { version: '1.0.0', dev: true },
  };

  it('lists what is shipped, and nothing that only tests need', () => {
    const { components, dependencies } = productionSbom(sbom, tree);
    expect(components.map(({ name }) => name)).toEqual(['express', '@stepgate/engine']);
    expect(dependencies).toEqual([{ ref: '@stepgate/engine@1.0.0', dependsOn: ['express@1.0.0'] }]);
  });

  it('keeps another version of a package that only tests need', () => {
    const two = { ...sbom, components: [component('jest', '2.0.0'), component('jest')] };
    const both = { ...tree, 'node_modules/x/node_modules/jest': { version: '2.0.0' } };
    expect(productionSbom(two, both).components).toEqual([component('jest', '2.0.0')]);
  });
});
