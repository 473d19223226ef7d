import { basename, dirname, extname } from 'node:path';
import { readText, repositoryFiles } from './repository.js';

const codeExtensions = ['.ts', '.cjs', '.mjs', '.js', '.lua', '.sh'];
const ownFolders = ['packages/', 'services/', 'scripts/', 'test/', 'bench/'];

const code = repositoryFiles().filter(
  (path) =>
    ownFolders.some((folder) => path.startsWith(folder)) && codeExtensions.includes(extname(path)),
);

const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** A drawer: says that things are in it, not what they are. */
const drawers = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'manager'];

const nameOf = (path: string): string =>
  basename(path).replace(/(?:(?:\.property)?\.test|\.d)?\.[a-z]+$/, '');

const misnamed = (paths: readonly string[]): string[] =>
  paths.filter((path) => {
    const parts = [...dirname(path).split('/'), nameOf(path)];
    return parts.some(
      (part) => !kebabCase.test(part) || part.split('-').some((word) => drawers.includes(word)),
    );
  });

const linesOf = (text: string): number => text.split('\n').length - 1;

describe('files', () => {
  it('are found at all', () => {
    expect(code).toEqual(expect.arrayContaining(['packages/engine/src/evaluate.ts']));
    expect(code.length).toBeGreaterThan(100);
  });

  it('are named in kebab-case for what they hold, and none is a drawer', () => {
    expect(misnamed(code)).toEqual([]);
  });

  it.each([
    'packages/engine/src/buildFacts.ts',
    'packages/engine/src/date-utils.ts',
    'packages/engine/src/helpers/dates.ts',
    'services/gateway/src/session-manager.ts',
    'packages/redis/test/Keys.test.ts',
  ])('would not be called %s', (path) => {
    expect(misnamed([path])).toEqual([path]);
  });

  it('hold at most 300 lines', () => {
    expect(code.filter((path) => linesOf(readText(path)) > 300)).toEqual([]);
  });

  it('defer nothing to a later day', () => {
    const deferred = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);
    expect(code.filter((path) => deferred.test(readText(path)))).toEqual([]);
  });
});
