import { hostileConditions, hostilePolicies } from '@stepgate/testing';

const head = 'stepgate: v1\npolicy: hostile\n';

const asRule = (condition: string): string =>
  `${head}rules: [{name: r, when: ${JSON.stringify(condition)}, decision: allow}]`;

const chains = ['constructor', '__proto__', 'prototype', '__defineGetter__', 'toString'];
const roots = ['subject', 'context', 'device', 'geo', 'findings', 'now', '""', '[]', '{}'];
const escapes = roots.flatMap((root) =>
  chains.map((name) => `${root}.${name}.${name}("return process")() == 1`),
);

const counts = [501, 2_000, 9_000, 40_000];
const huge = counts.flatMap((count) => [
  `${head}rules: [${Array.from({ length: count }, (_, n) => `{name: r${String(n)}, when: "hour == 1", decision: deny}`).join(',')}]`,
  `${head}signals: [${Array.from({ length: count }, (_, n) => `{reason: r_${String(n)}, points: 1, when: "hour == 1"}`).join(',')}]`,
  `${head}networks: {${Array.from({ length: count }, (_, n) => `n${String(n)}: [10.0.0.0/8]`).join(',')}, x: [nonsense]}`,
]);

const tags = [
  '!!js/regexp',
  '!!js/undefined',
  '!!js/eval',
  '!!python/name:os',
  '!!timestamp',
  '!!omap',
  '!ruby/object',
];
const tagged = tags.map((tag) => `${head}description: ${tag} x`);

/** Texts of policy files, each of which must be refused. */
export const brokenPolicies: readonly string[] = [
  ...hostilePolicies.map(([, text]) => text),
  ...hostileConditions.map(asRule),
  ...escapes.map(asRule),
  ...huge,
  ...tagged,
];
