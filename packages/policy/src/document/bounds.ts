/**
 * What a file may cost before anything of it is believed. Tokens are bounded beside nodes, because blank
 * lines and stray signs take the parser's time as well.
 */
export const bounds = {
  bytes: 256 * 1024,
  depth: 20,
  nodes: 10_000,
  /** A key costs several times what an entry of a list does. */
  keys: 3_000,
  tokens: 40_000,
} as const;
