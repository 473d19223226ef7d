import { spawn, type ChildProcess } from 'node:child_process';

export interface OwnProcess {
  readonly name: string;
  readonly pid: number;
  /** Null while it runs. */
  exitCode(): number | null;
  /** The last lines that it printed, for the error message when it does not come up. */
  lastOutput(): string;
  /** TERM, then KILL after the grace period. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called for each line on either output. */
  readonly onLine?: (line: string) => void;
  /** Standard output goes nowhere: for a load test, reading logs is somebody else's work. */
  readonly quiet?: boolean;
}

const keptLines = 30;
const stopGraceMs = 12_000;

const keepLines = (child: ChildProcess, onLine: ((line: string) => void) | undefined): string[] => {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        onLine?.(line);
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
      }
    });
  }
  return lines;
};

/** Starts a process of our own; it is stopped by its pid and never by its name. */
export const startProcess = (spec: ProcessSpec): OwnProcess => {
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...spec.env },
    stdio: ['ignore', spec.quiet === true ? 'ignore' : 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const lines = keepLines(child, spec.onLine);
  child.once('error', (error) => {
    lines.push(error.message);
  });
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    name: spec.name,
    pid: child.pid ?? -1,
    exitCode: () => child.exitCode ?? (isGone() || child.pid === undefined ? -1 : null),
    lastOutput: () => lines.join('\n'),
    stop: async () => {
      if (isGone() || child.pid === undefined) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await gone;
      clearTimeout(kill);
    },
  };
};
