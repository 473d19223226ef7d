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
const tooMany = `more than ${String(bounds.nodes)} values; split the policy`;
const scalarMark = '\u001f';
const controlTokens = new Set(['\u0002', '\u0018', scalarMark]);
const flowOpen = new Set(['[', '{']);
const flowClose = new Set([']', '}']);
const blockIndicators = new Set(['-', '?']);

/** Nesting that shows in the tokens alone: brackets, and block indicators on one line. */
const createDepthGauge = () => {
  let flow = 0;
  let indicators = 0;
  return (lexeme: string): number => {
    if (flowOpen.has(lexeme)) flow += 1;
    else if (flowClose.has(lexeme)) flow = Math.max(0, flow - 1);
    else if (blockIndicators.has(lexeme)) indicators += 1;
    else if (lexeme.includes('\n')) indicators = 0;
    return flow + indicators;
  };
};

/**
 * A look at the tokens, before the parser may spend time on them: twenty thousand nested brackets cost
 * the parser a second and its stack, but the lexer stops here at the twenty-first (threats.md F1).
 */
export const scan = (text: string): Refusal | null => {
  const depthAfter = createDepthGauge();
  let offset = 0;
  let scalars = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (controlTokens.has(lexeme)) {
      isScalar = lexeme === scalarMark;
      continue;
    }
    const type = isScalar ? 'scalar' : (CST.tokenType(lexeme) ?? 'scalar');
    const refused = refusedTokens[type];
    if (refused !== undefined) return { offset, message: refused };
    if (depthAfter(isScalar ? 'scalar' : lexeme) > bounds.depth) return { offset, message: tooDeep };
    if (type.endsWith('scalar')) scalars += 1;
    if (scalars > bounds.nodes) return { offset, message: tooMany };
    offset += lexeme.length;
    isScalar = false;
  }
  return null;
};
