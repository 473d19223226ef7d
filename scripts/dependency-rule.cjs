// @ts-check
/**
 * Who may import what: the one table. `.dependency-cruiser.cjs` enforces it, `docs/dependency-rule.md`
 * is made from it, `test/architecture/dependency-rule.test.ts` feeds it bad imports. What is not
 * listed is refused. ADR 0002 says why each row is as it is.
 *
 * @typedef {object} Area
 * @property {'core' | 'adapter' | 'edge' | 'service'} kind
 * @property {readonly string[]} imports our packages
 * @property {readonly string[]} [types] our packages, `import type` only
 * @property {readonly string[]} [composes] our packages, from `compose*.ts` only: wiring has one place; telemetry is used everywhere
 * @property {readonly string[]} libraries
 * @property {readonly string[]} [libraryTypes] libraries, `import type` only
 * @property {readonly string[]} [data] packages that are read as files, never imported
 * @property {'any' | readonly string[]} node built-in modules
 */

const core = ['engine', 'policy', 'contracts', 'assessment', 'idp-events'];
const adapters = ['redis', 'ip-intel', 'user-agent', 'queue', 'telemetry', 'audit'];
const production = [...core, ...adapters, 'client', 'evaluation', 'cli'];

/** @type {Readonly<Record<string, Area>>} */
const areas = {
  engine: { kind: 'core', imports: [], libraries: [], node: [] },
  policy: {
    kind: 'core',
    imports: ['engine'],
    libraries: ['yaml', 'zod', '@marcbachmann/cel-js', 'ipaddr.js', 'fastest-levenshtein'],
    node: [],
  },
  contracts: { kind: 'core', imports: ['engine'], libraries: ['zod', 'ipaddr.js'], node: [] },
  assessment: {
    kind: 'core',
    imports: ['engine'],
    types: ['policy', 'contracts'],
    libraries: [],
    node: [],
  },
  'idp-events': {
    kind: 'core',
    imports: [],
    types: ['engine', 'contracts'],
    libraries: ['zod'],
    node: [],
  },
  redis: {
    kind: 'adapter',
    imports: ['assessment', 'engine'],
    libraries: ['ioredis', 'cockatiel', 'ipaddr.js'],
    node: 'any',
  },
  'ip-intel': {
    kind: 'adapter',
    imports: ['assessment', 'engine'],
    libraries: ['geoip-lite', 'maxmind', 'ipaddr.js'],
    data: ['@ip-location-db/asn'],
    node: 'any',
  },
  'user-agent': {
    kind: 'adapter',
    imports: ['assessment', 'engine'],
    libraries: ['ua-parser-js', 'lru-cache', 'isbot'],
    node: 'any',
  },
  queue: {
    kind: 'adapter',
    imports: ['assessment', 'engine'],
    libraries: ['bullmq', 'ioredis', 'zod'],
    node: 'any',
  },
  telemetry: {
    kind: 'adapter',
    imports: ['assessment', 'engine'],
    libraries: ['prom-client', 'pino', 'express', 'zod'],
    node: 'any',
  },
  audit: {
    kind: 'adapter',
    imports: ['assessment', 'engine'],
    libraries: ['zod'],
    node: 'any',
  },
  client: {
    kind: 'edge',
    imports: ['contracts'],
    libraries: [],
    libraryTypes: ['express'],
    node: 'any',
  },
  evaluation: {
    kind: 'edge',
    imports: ['engine', 'policy', 'contracts', 'assessment', 'ip-intel', 'user-agent'],
    libraries: ['user-agents', 'csv-parse'],
    data: ['@ip-location-db/asn'],
    node: 'any',
  },
  cli: {
    kind: 'edge',
    imports: production.filter((name) => name !== 'cli'),
    libraries: ['commander', 'picocolors', 'express', 'ioredis', 'js-redis-server', 'zod'],
    node: 'any',
  },
  testing: {
    kind: 'edge',
    imports: production,
    libraries: ['ioredis', 'js-redis-server'],
    node: 'any',
  },
  'risk-engine': {
    kind: 'service',
    imports: [...core, 'client', 'telemetry'],
    types: adapters,
    composes: adapters,
    libraries: ['express', 'zod', 'yaml', 'jose'],
    node: 'any',
  },
  gateway: {
    kind: 'service',
    imports: [...core, 'client', 'telemetry'],
    types: adapters,
    composes: adapters,
    libraries: ['express', 'zod', 'proxy-addr', '@hapi/iron', 'cookie'],
    node: 'any',
  },
  'alert-worker': {
    kind: 'service',
    imports: [...core, 'client', 'telemetry'],
    types: adapters,
    composes: adapters,
    libraries: ['express', 'zod', 'yaml', 'ipaddr.js', 'nodemailer', 'jose', 'cockatiel'],
    node: 'any',
  },
};

/** @param {string} name */
const folderOf = (name) => `${areas[name]?.kind === 'service' ? 'services' : 'packages'}/${name}`;

/** @param {readonly string[]} names */
const anyOf = (names) =>
  `(?:${names.map((name) => name.replaceAll(/[.+*?^$()[\]{}|\\]/g, '\\$&')).join('|')})`;

/** Packages are entered by their index only. @param {readonly string[]} names */
const packageEntry = (names) => `^packages/${anyOf(names)}/src/index\\.ts$`;

/** @param {readonly string[]} names */
const libraryFile = (names) => `(?:^|/)node_modules/(?:@types/)?${anyOf(names)}/`;

/** The allow-list of dependency-cruiser: an import that no entry matches is an error. */
const allowed = Object.entries(areas).flatMap(([name, area]) => {
  const from = { path: `^${folderOf(name)}/src/` };
  /** @param {readonly string[] | undefined} names @param {object} rule */
  const when = (names, rule) => (names === undefined || names.length === 0 ? [] : [rule]);
  return [
    { from, to: { path: from.path } },
    ...when(area.imports, { from, to: { path: packageEntry(area.imports) } }),
    ...when(area.types, {
      from,
      to: { path: packageEntry(area.types ?? []), dependencyTypes: ['type-only'] },
    }),
    ...when(area.composes, {
      from: { path: `^${folderOf(name)}/src/compose` },
      to: { path: packageEntry(area.composes ?? []) },
    }),
    ...when(area.libraries, { from, to: { path: libraryFile(area.libraries) } }),
    ...when(area.libraryTypes, {
      from,
      to: { path: libraryFile(area.libraryTypes ?? []), dependencyTypes: ['type-only'] },
    }),
    ...(area.node === 'any'
      ? [{ from, to: { dependencyTypes: ['core'] } }]
      : when(area.node, {
          from,
          to: { path: `^(?:node:)?${anyOf(area.node)}$`, dependencyTypes: ['core'] },
        })),
  ];
});

module.exports = { allowed, areas, folderOf };
