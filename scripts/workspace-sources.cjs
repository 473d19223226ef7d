// @ts-check
const path = require('node:path');
const { areas } = require('./dependency-rule.cjs');

/** `@stepgate/x` is its source, not its build: the rule holds on a tree that was never compiled. */
module.exports = {
  resolve: {
    alias: Object.fromEntries(
      Object.keys(areas).map((name) => [
        `@stepgate/${name}$`,
        path.resolve(process.cwd(), `packages/${name}/src/index.ts`),
      ]),
    ),
  },
};
