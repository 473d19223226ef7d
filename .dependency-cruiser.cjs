// @ts-check
const { allowed } = require('./scripts/dependency-rule.cjs');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  allowed,
  allowedSeverity: 'error',
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '/(?:index|main)\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    // Type imports are dependencies too: the domain must not know the wire, not even its types.
    tsPreCompilationDeps: 'specify',
    webpackConfig: { fileName: `${__dirname}/scripts/workspace-sources.cjs` },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'] },
  },
};
