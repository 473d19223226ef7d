import { performance } from 'node:perf_hooks';
import { createUserAgentParser } from '../src/index.js';

const megabytes = 1024 * 1024;

/** Input that made this library's or its relatives' expressions backtrack, and plain bulk. */
const hostile: readonly (readonly [string, string])[] = [
  ['5 MB of one letter', 'a'.repeat(5 * megabytes)],
  ['5 MB that starts as a browser', `Mozilla/5.0 (Windows NT 10.0) ${'Chrome/'.repeat(750_000)}`],
  ['100,000 spaces', ' '.repeat(100_000)],
  ['spaces before a letter (CVE-2022-25927, trim)', `${' '.repeat(100_000)}a`],
  ['spaces inside a device name', `Mozilla/5.0 (Linux; Android 9; ${' '.repeat(100_000)}Build/x`],
  ['digits and dots (CVE-2020-7793)', `Mozilla/5.0 ${'1.'.repeat(50_000)}`],
  ['an iOS marker without its end (CVE-2021-27292)', `iphone os ${'_1'.repeat(50_000)}`],
  ['slashes', 'Mozilla/'.repeat(50_000)],
  ['brackets never closed', '('.repeat(100_000)],
  ['semicolons', 'Android;'.repeat(20_000)],
  ['word and space pairs', 'xiaomi redmi '.repeat(20_000)],
];

describe('hostile user agents', () => {
  const parser = createUserAgentParser();
  // The first use of a regular expression compiles it; that is not what is measured.
  parser.parse('Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0');

  it.each(hostile)('are answered at once: %s', (_name, text) => {
    const cold = createUserAgentParser();
    const times = [1, 2, 3].map((round) => {
      const startedAt = performance.now();
      cold.parse(`${round} ${text}`);
      return performance.now() - startedAt;
    });
    // The least of three: a shared machine pauses now and then, backtracking never gets faster.
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it('do not stay in memory beyond their first 512 characters', () => {
    const held = createUserAgentParser();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 200; index += 1) held.parse(`${index} ${'b'.repeat(megabytes)}`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * megabytes);
    expect(held.parse('1 b').state).toBe('observed');
  });
});
