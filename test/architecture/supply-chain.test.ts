import { judgeLockfile } from '../../scripts/supply-chain/integrity.js';
import { judgeLicences } from '../../scripts/supply-chain/licences.js';
import type { LockedTree, LockEntry, Reviewed } from '../../scripts/supply-chain/lockfile.js';
import { withPlatformBinaries } from '../../scripts/supply-chain/platform-binaries.js';

const nothing: Reviewed = {
  licences: ['MIT', 'ISC'],
  packages: [],
  refused: [],
  installScripts: [],
};
const sealed = { version: '1.0.0', integrity: 'sha512-AAAA' };

const licenceProblems = (entry: LockEntry, reviewed = nothing): readonly string[] =>
  judgeLicences({ 'node_modules/thing': { ...sealed, ...entry } }, reviewed, () => null).problems;

const lockProblems = (tree: LockedTree, reviewed = nothing): readonly string[] =>
  judgeLockfile(tree, reviewed).problems;

describe('the licence gate', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC', '(MIT AND ISC)'])('passes %s', (license) => {
    expect(licenceProblems({ license })).toEqual([]);
  });

  it.each(['AGPL-3.0-or-later', 'GPL-3.0', 'SSPL-1.0', 'BUSL-1.1', 'MIT AND GPL-2.0', 'custom'])(
    'stops %s',
    (license) => {
      expect(licenceProblems({ license })).toEqual([
        `node_modules/thing: licence ${license} is not allowed`,
      ]);
    },
  );

  it('stops a package that states no licence', () => {
    expect(licenceProblems({})).toEqual(['node_modules/thing: licence unknown is not allowed']);
  });

  it('believes the installed package over the lockfile', () => {
    const tree = { 'node_modules/thing': { ...sealed, license: 'MIT' } };
    expect(judgeLicences(tree, nothing, () => 'AGPL-3.0').problems).toHaveLength(1);
  });

  it('stops a version that was refused by name, whatever licence it states', () => {
    const refused = [{ name: 'thing', from: 2, reason: 'AGPL from 2.0' }];
    const reviewed = { ...nothing, refused };
    expect(licenceProblems({ version: '1.0.41', license: 'MIT' }, reviewed)).toEqual([]);
    expect(licenceProblems({ version: '2.0.0', license: 'MIT' }, reviewed)).toEqual([
      'node_modules/thing@2.0.0 is refused: AGPL from 2.0',
    ]);
  });

  it('passes a reviewed package, but not into production when that was not reviewed', () => {
    const review = { name: 'thing', licence: 'CC-BY-4.0', scope: 'development', reason: 'data' };
    const reviewed = { ...nothing, packages: [review] } as Reviewed;
    expect(licenceProblems({ license: 'CC-BY-4.0', dev: true }, reviewed)).toEqual([]);
    expect(licenceProblems({ license: 'CC-BY-4.0' }, reviewed)).toHaveLength(1);
    expect(licenceProblems({ license: 'CC-BY-5.0', dev: true }, reviewed)).toHaveLength(2);
  });
});

describe('the lockfile gate', () => {
  it('stops a package without a sha512 integrity', () => {
    expect(lockProblems({ 'node_modules/a': { version: '1.0.0' } })).toHaveLength(1);
    expect(
      lockProblems({ 'node_modules/a': { version: '1.0.0', integrity: 'sha1-AA' } }),
    ).toHaveLength(1);
    expect(lockProblems({ 'node_modules/a': sealed })).toEqual([]);
  });

  it('stops an install script that nobody reviewed, and a review of none', () => {
    const tree = { 'node_modules/a': { ...sealed, hasInstallScript: true } };
    const reviewed = { ...nothing, installScripts: [{ name: 'a', reason: 'compiles' }] };
    expect(lockProblems(tree)).toHaveLength(1);
    expect(lockProblems(tree, reviewed)).toEqual([]);
    expect(lockProblems({ 'node_modules/a': sealed }, reviewed)).toHaveLength(1);
  });

  const withoutDarwin = {
    'node_modules/a': {
      ...sealed,
      dev: true,
      optionalDependencies: { '@a/core-darwin-arm64': '1.0.0' },
    },
  };

  it('stops a lockfile that lacks the binary of a platform', () => {
    expect(lockProblems(withoutDarwin)).toHaveLength(1);
  });

  it('is satisfied by the completed lockfile, whose new entries are bound to their platform', () => {
    const completed = withPlatformBinaries(withoutDarwin);
    expect(completed['node_modules/@a/core-darwin-arm64']).toEqual({
      ...{ version: '1.0.0', cpu: ['arm64'], os: ['darwin'] },
      ...{ dev: true, optional: true },
    });
    expect(judgeLockfile(completed, nothing)).toEqual({
      withIntegrity: 1,
      platformOnly: 1,
      problems: [],
    });
  });

  it('completes nothing that is no platform binary', () => {
    const tree = { 'node_modules/a': { ...sealed, optionalDependencies: { speedup: '1.0.0' } } };
    expect(() => withPlatformBinaries(tree)).toThrow('speedup@1.0.0 is no platform binary');
  });
});
