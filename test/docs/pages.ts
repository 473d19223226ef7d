import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

export const readPage = (page: string): string => readFileSync(join(root, page), 'utf8');

const markdownBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file}`);

/** Every page that people read, relative to the root. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...markdownBelow('docs'),
  ...['packages/redis/README.md', 'infra/reputation/README.md'],
];

export interface Block {
  readonly page: string;
  /** What stands behind the fence: `sh`, `json`; empty for none. */
  readonly language: string;
  readonly text: string;
}

export const blocksOf = (page: string): Block[] =>
  [...readPage(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({ page, language, text }),
  );

/** Without fenced blocks: what is left is prose, tables and headings. */
const proseOf = (page: string): string => readPage(page).replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '');

/** What stands between backticks in the prose of a page. */
export const codeSpansOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** The cells of every table row of a page, heads and rules included. */
export const tableRowsOf = (page: string): string[][] =>
  proseOf(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));

/** As GitHub makes them from headings; a heading that occurs again gets a number. */
const anchorsOf = (page: string): Set<string> => {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${slug}-${String(n)}`;
    anchors.add(anchor);
  }
  return anchors;
};

/** Why a link of a page leads nowhere; null when it arrives, or leaves the repository. */
export const brokenLink = (page: string, target: string): string | null => {
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return `${page}: ${target}: no such file`;
  if (anchor === undefined) return null;
  if (!file.endsWith('.md')) return `${page}: ${target}: an anchor in what is no page`;
  return anchorsOf(file).has(anchor) ? null : `${page}: ${target}: no such heading`;
};

export const linksOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
