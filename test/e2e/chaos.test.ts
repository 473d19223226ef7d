import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const seed = process.env['STEPGATE_TEST_SEED'] ?? String(Date.now() % 1_000_000);

/** `make test` builds it first; `npx tsc -b test/chaos` does so by hand. */
const entry = join(root, 'test/chaos/dist/main.js');

/** Whose promise is no time: on a machine that tests something else as well, times say little. */
const played = [
  'limits',
  'kill-worker',
  'eviction',
  'flushall',
  'fewer-signals',
  'audit',
  'bodies',
  'privacy',
  'frames',
  'series',
  'callers',
  'tenants',
];

describe('what breaks around it, in short', () => {
  it(`keeps every promise (seed ${seed}; the long version is \`make chaos\`)`, async () => {
    const only = played.flatMap((name) => ['--only', name]);
    const args = [entry, '--quick', '--seed', seed, '--report', 'chaos-quick', ...only];
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    process.stderr.write(`${output}\nchaos --quick: ${String(seconds)} s\n`);
    expect({ code, failed: output.split('\n').filter((line) => line.includes('FAILS')) }).toEqual({
      code: 0,
      failed: [],
    });
  }, 600_000);
});
