import { blocksOf, codeSpansOf, pages } from './pages.js';

export interface Command {
  readonly page: string;
  readonly line: string;
}

/** A request with its body is one command; elsewhere a line is, without its comment. */
const linesOf = (text: string): string[] =>
  text.startsWith('curl')
    ? [text]
    : text
        .split('\n')
        .map((line) => line.replace(/\s+#.*$/, '').trim())
        .filter((line) => line !== '');

const isShell = (language: string): boolean =>
  ['sh', 'bash', 'shell', 'console'].includes(language);

const blockCommands: readonly Command[] = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => isShell(language))
    .flatMap(({ text }) => linesOf(text).map((line) => ({ page, line }))),
);

const program = /^(?:\w+=\w+ )?(?:make|npm run|npx|node) \S+/;

const inlineCommands: readonly Command[] = pages.flatMap((page) =>
  codeSpansOf(page)
    .filter((code) => program.test(code))
    .map((line) => ({ page, line })),
);

export const allCommands: readonly Command[] = [...blockCommands, ...inlineCommands];
