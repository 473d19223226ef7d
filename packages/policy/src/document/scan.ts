import { CST, Lexer } from 'yaml';
import { bounds } from './bounds.js';

/** Where a text is refused before it is parsed. */
export interface Refusal {
  readonly offset: number;
  readonly message: string;
}

const refusedTokens: Readonly<Record<string, string>> = {
  anchor: 'anchors (&name) are not allowed; write the value out where it is used',
  alias: 'aliases (*name) are not allowed; write the value out where it is used',
  tag: 'tags (!name) are not allowed; quote the value if it must start with "!"',
  'directive-line': 'YAML directives (%…) are not allowed; delete this line',
};

const tooDeep = `nested deeper than ${String(bounds.depth)} levels; flatten it`;
const tooMany = `more than ${String(bounds.nodes)} values; split the file`;
const tooWide = `more than ${String(bounds.keys)} keys; split the file`;
const tooLong = `more than ${String(bounds.tokens)} words and signs; split the file`;
const scalarMark = '\u001f';
const controlTokens = new Set(['\u0002', '\u0018', scalarMark]);

/** Counts what the tokens alone give away of the nodes and of how deep they nest. */
const createGauge = () => {
  let tokens = 0;
  let nodes = 0;
  let pairs = 0;
  let brackets = 0;
  let indicators = 0;
  const count = (type: string): void => {
    tokens += 1;
    if (type.endsWith('scalar')) nodes += 1;
    else if (type === 'newline') indicators = 0;
    else if (type === 'map-value-ind') pairs += 1;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') indicators += 1;
    else if (type === 'flow-seq-start' || type === 'flow-map-start') {
      nodes += 1;
      brackets += 1;
    } else if (type === 'flow-seq-end' || type === 'flow-map-end')
      brackets = Math.max(0, brackets - 1);
  };
  return (type: string): string | null => {
    count(type);
    if (brackets + indicators > bounds.depth) return tooDeep;
    if (nodes > bounds.nodes) return tooMany;
    if (pairs > bounds.keys) return tooWide;
    return tokens > bounds.tokens ? tooLong : null;
  };
};

/**
 * A look at the tokens, before the parser may spend time on them: twenty thousand nested brackets cost
 * the parser a second and its stack, but the lexer stops here at the twenty-first (threats.md F1).
 */
export const scan = (text: string): Refusal | null => {
  const gauge = createGauge();
  let offset = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (controlTokens.has(lexeme)) {
      isScalar = lexeme === scalarMark;
      continue;
    }
    const type = isScalar ? 'scalar' : (CST.tokenType(lexeme) ?? 'scalar');
    const message = refusedTokens[type] ?? gauge(type);
    if (message !== null) return { offset, message };
    offset += lexeme.length;
    isScalar = false;
  }
  return null;
};
