import { repositoryFiles } from '../architecture/repository.js';

const files = repositoryFiles();
const folders = new Set(
  files.flatMap((file) => {
    const parts = file.split('/');
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  }),
);

const patterns: readonly (readonly [RegExp, string])[] = [
  [/[.+]/g, '\\$&'],
  [/\*\*\//g, '\0'],
  [/\*/g, '[^/]*'],
  [/\0/g, '(?:.*/)?'],
  [/\{([^}]*)\}/g, '($1)'],
];

/** Files and folders by `*`, `**` and `{a,b}`; a slash at the end stands for a folder. */
export const pathsMatching = (pattern: string): string[] => {
  const source = patterns.reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    pattern.replace(/\/$/, ''),
  );
  const matcher = new RegExp(`^${source.replaceAll(',', '|')}$`);
  const candidates = pattern.endsWith('/') ? folders : [...files, ...folders];
  return [...candidates].filter((path) => matcher.test(path));
};
