/** Text that is safe to stand in the page. Only `markup` makes it, so nothing is put in unescaped. */
export interface Markup {
  readonly text: string;
}

type Part = string | number | Markup | readonly Markup[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters and halves of a character are no XML, even escaped. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(unprintable, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

const textOf = (part: Part): string => {
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if ('text' in part) return part.text;
  return part.map(({ text }) => text).join('\n');
};

/** A template whose parts are escaped, unless they are markup already. Attributes stand in quotes. */
export const markup = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  text: texts.reduce((page, text, index) => `${page}${textOf(parts[index - 1] ?? '')}${text}`),
});

export const nothing: Markup = { text: '' };
