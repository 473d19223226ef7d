import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** One npm script each; `after` names a step whose output it reads. */
interface Step {
  readonly script: string;
  readonly after?: string;
}

interface Result {
  readonly script: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

// The longest first, so that none of them is left to run alone at the end.
const steps: readonly Step[] = [
  { script: 'types' },
  { script: 'unit' },
  { script: 'lint', after: 'types' },
  { script: 'dead-code' },
  { script: 'dependency-rule' },
  { script: 'format' },
  { script: 'licences' },
];

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

/** As many at a time as there are cores; a step whose forerunner failed still runs and says more. */
const runAll = async (): Promise<readonly Result[]> => {
  const waiting = [...steps];
  const done: Result[] = [];
  const finished = (name: string): boolean => done.some(({ script }) => script === name);
  const lane = async (): Promise<void> => {
    while (waiting.length > 0) {
      const ready = waiting.findIndex(({ after }) => after === undefined || finished(after));
      const [step] = waiting.splice(ready, ready === -1 ? 0 : 1);
      // Only a step in the other lane can be what is waited for; that lane goes on with it.
      if (step === undefined) return;
      const result = await run(step.script);
      done.push(result);
      report(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, lane));
  return done;
};

const started = performance.now();
const failed = (await runAll()).filter(({ passed }) => !passed).map(({ script }) => script);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed.length === 0 ? `check passed in ${seconds} s` : `check FAILED: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
