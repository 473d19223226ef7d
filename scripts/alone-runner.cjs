// @ts-check
const { default: TestRunner } = require('jest-runner');

/** Runs its test files one after the other; Jest never runs two runners at a time. */
module.exports = class AloneRunner extends TestRunner {
  /** @override */
  isSerial = true;
};
