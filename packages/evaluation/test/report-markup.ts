export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const token = /<!doctype html>|<(\/?)([a-z][\w]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|[^]/gi;

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );

/** Only the five entities that the report writes, and numbers. */
const bareAmpersand = /&(?!(?:amp|lt|gt|quot|#39);)/;

/**
 * Reads a page as strictly as XML is read: every element closed in its order, every attribute quoted,
 * every ampersand and bracket escaped. Throws at the first place that is otherwise.
 */
export const parseStrictly = (page: string): Element => {
  const root: { name: string; attributes: Record<string, string>; children: (Element | string)[] } =
    {
      name: 'page',
      attributes: {},
      children: [],
    };
  const open = [root];
  for (const match of page.matchAll(token)) {
    const [all, closing, name = '', attributes = '', selfClosing, text] = match;
    const where = `at ${String(match.index)}: ${page.slice(match.index, match.index + 60)}`;
    const parent = open.at(-1);
    if (parent === undefined) throw new Error(`beyond the end ${where}`);
    if (all.toLowerCase() === '<!doctype html>') continue;
    if (text !== undefined) {
      if (bareAmpersand.test(text) || text.includes('>')) throw new Error(`not escaped ${where}`);
      if (text.trim() !== '') parent.children.push(text);
    } else if (name === '') throw new Error(`no markup ${where}`);
    else if (closing === '/') {
      if (parent.name !== name) throw new Error(`${parent.name} is open ${where}`);
      open.pop();
    } else {
      if (bareAmpersand.test(attributes)) throw new Error(`not escaped ${where}`);
      const element = { name, attributes: attributesOf(attributes), children: [] };
      parent.children.push(element);
      if (selfClosing !== '/') open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`never closed: ${open.map(({ name }) => name).join(' ')}`);
  return root;
};

export const elementsOf = (element: Element): Element[] =>
  element.children.flatMap((child) =>
    typeof child === 'string' ? [] : [child, ...elementsOf(child)],
  );

export const textOf = (element: Element): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join(' ');
