/** What a policy file may cost before anything of it is believed. */
export const bounds = { bytes: 256 * 1024, depth: 20, nodes: 10_000 } as const;
