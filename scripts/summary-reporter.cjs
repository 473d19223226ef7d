// @ts-check
/**
 * The last line of `make test`. A suite that could not be loaded counts as a failure, and a run in
 * which no test ran at all fails: a filter or a missing service must not look like success.
 *
 * @typedef {object} Results
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numRuntimeErrorTestSuites
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 */
module.exports = class SummaryReporter {
  /** @type {Error | undefined} */
  #error;

  /** @param {unknown} _contexts @param {Results} results */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped === 0 ? '' : `, ${skipped} skipped`;
    if (results.numPassedTests + failed === 0) this.#error = new Error('no test was executed');
    const line = `tests: ${results.numPassedTests} passed, ${failed} failed${tail}\n`;
    // Jest's own summary is always its last reporter; only the exit comes after that.
    process.once('exit', () => process.stdout.write(line));
  }

  getLastError() {
    return this.#error;
  }
};
