import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fullSettings, quickSettings, renderTable, runEvaluation } from '@stepgate/evaluation';
import { repositoryRoot } from '../dev-stack/dev-stack.js';
import { evaluationPlaces } from './evaluation-places.js';
import { replayEngineStarter } from './start-replay-engine.js';
import { writeReport } from './write-report.js';

export interface EvaluateOptions {
  readonly quick?: true;
  readonly seeds: number;
  readonly feeds?: string;
  readonly out?: string;
}

interface Told {
  readonly print: (line: string) => void;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** @returns whether every check holds. */
export const runEvaluate = async (
  options: EvaluateOptions,
  { print, progress, signal }: Told,
): Promise<boolean> => {
  const scratch = await mkdtemp(join(tmpdir(), 'stepgate-evaluate-'));
  try {
    const places = await evaluationPlaces(options.feeds ?? null, scratch);
    progress(
      places.feeds === null
        ? 'attackers come from the shipped lists: no feeds were given'
        : `attackers come from the feeds in ${places.feeds}`,
    );
    const results = await runEvaluation({
      places,
      settings: options.quick === true ? quickSettings() : fullSettings(options.seeds),
      startEngine: replayEngineStarter(signal),
      onProgress: progress,
      signal,
    });
    const written = await writeReport(
      options.out === undefined ? join(repositoryRoot, 'reports') : resolve(options.out),
      results,
    );
    print(renderTable(results));
    print(`${written.json}, ${written.html}`);
    return results.checks.every(({ holds }) => holds);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};
