// @ts-check
/**
 * What the pure packages may not touch: clocks, randomness, the process, timers, the network. Time is
 * passed in as `now`; a decision is replayed years later and must come out the same. The dependency
 * rule keeps imports out, this keeps globals out. Proved by `test/architecture/purity.test.ts`.
 */
const purePackages = ['engine', 'policy', 'contracts', 'assessment', 'idp-events'];

const globals = [
  ...['process', 'Buffer', 'global', 'performance', 'crypto'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['fetch', 'WebSocket', 'XMLHttpRequest', 'require', '__dirname', '__filename'],
].map((name) => ({ name, message: 'Pure package: no clock, no process, no IO.' }));

const syntax = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Pure package: `now` is passed in.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Pure package: `now` is passed in.',
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: 'Pure package: `now` is passed in.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Pure package: no randomness.',
  },
  {
    selector:
      'MemberExpression[property.name=/^(get(FullYear|Month|Date|Day|Hours|Minutes|Seconds|TimezoneOffset)|toLocale(Date|Time)?String)$/]',
    message: 'Pure package: local time depends on where it runs; use the UTC form.',
  },
  {
    selector: "MemberExpression[object.name='globalThis']",
    message: 'Pure package: no way around the banned globals.',
  },
];

module.exports = { globals, purePackages, syntax };
