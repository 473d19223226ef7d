import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

interface Result {
  readonly script: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** npm scripts; the longest first, so that none of them is left to run alone at the end. */
const scripts = ['lint', 'unit', 'dependency-rule', 'types', 'dead-code', 'format', 'licences'];

const run = (script: string): Promise<Result> =>
  new Promise((resolve) => {
    const started = performance.now();
    const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) =>
      resolve({
        script,
        passed: code === 0,
        seconds: (performance.now() - started) / 1000,
        output,
      }),
    );
  });

const report = ({ script, passed, seconds, output }: Result): void => {
  console.log(
    `${passed ? 'ok    ' : 'FAILED'} ${script.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s`,
  );
  if (!passed) console.log(output.trimEnd().replaceAll(/^/gm, '  '));
};

/** As many at a time as there are cores; all of them run, whatever the others say. */
const runAll = async (): Promise<readonly Result[]> => {
  const waiting = [...scripts];
  const done: Result[] = [];
  const lane = async (): Promise<void> => {
    for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
      const result = await run(script);
      done.push(result);
      report(result);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return done;
};

const started = performance.now();
const failed = (await runAll()).filter(({ passed }) => !passed).map(({ script }) => script);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed.length === 0 ? `check passed in ${seconds} s` : `check FAILED: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
