import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { blocksOf, readPage, root } from './pages.js';

const page = 'docs/fatigue-runbook.md';

const blocks = blocksOf(page);
export const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;

/** The one shell block that has these words. */
export const shellBlock = (words: string): string => {
  const found = blocks.filter(({ language, text }) => language === 'sh' && text.includes(words));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${String(found.length)} shell blocks of ${page} have ${words}`);
  }
  return only.text;
};

export const policyBlocks = (): readonly string[] =>
  blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);

/** What stands in backticks in the first column of the table with this head; indented ones count too. */
export const firstColumn = (head: string): readonly string[] => {
  const lines = readPage(page)
    .split('\n')
    .map((line) => line.trim());
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (start === -1) throw new Error(`${page} has no table headed ${head}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows
    .slice(0, end)
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, code = '']) => code);
};

/**
 * Runs a block as it stands, where the page says that it is run.
 *
 * @throws when a command of it fails.
 */
export const runBlock = async (
  block: string,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const { stdout } = await promisify(execFile)('bash', ['-ec', block], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], no_proxy: '127.0.0.1', ...env },
    timeout: 60_000,
  });
  return stdout;
};
