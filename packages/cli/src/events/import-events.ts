import { resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { FormatName, ReadDocument } from '@stepgate/idp-events';
import { UsageError } from '../alerts/settings.js';
import type { EngineAddress } from './engine-call.js';
import type { ImportReport } from './import-report.js';
import { startPrivateEngine, type PrivateEngine } from './private-engine.js';
import { readEventsFile } from './read-events-file.js';
import { createReplayApi } from './replay-api.js';
import { replayEvents } from './replay-events.js';
import { createTimeline, type Moment, type SubjectSummary } from './timeline.js';
import { reportJson } from './timeline-json.js';
import { leftOutLines, momentLine, summaryLines } from './timeline-text.js';

const environmentOf = ({ policies }: ImportOptions): Readonly<Record<string, string>> =>
  policies === undefined ? {} : { STEPGATE_POLICY_DIR: resolve(policies) };

export interface ImportOptions {
  readonly format: FormatName;
  readonly engine?: string;
  readonly keyFile?: string;
  readonly policies?: string;
  readonly json?: true;
}

type Print = (line: string) => void;

/** @throws UsageError when the options do not go together, or the key cannot be read. */
const engineGiven = async (options: ImportOptions): Promise<EngineAddress | null> => {
  if (options.engine === undefined) {
    if (options.keyFile === undefined) return null;
    throw new UsageError('--key-file goes with --engine.');
  }
  if (options.policies !== undefined) {
    throw new UsageError('An engine that runs has its policies; --policies goes without --engine.');
  }
  if (options.keyFile === undefined) {
    throw new UsageError('--engine needs --key-file: a file that holds an API key, nothing else.');
  }
  if (!/^https?:\/\/[^/?#@]+\/?$/.test(options.engine)) {
    throw new UsageError('--engine must be an address like http://127.0.0.1:8080.');
  }
  const key = await readFile(options.keyFile, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${options.keyFile ?? ''} cannot be read.`, { cause });
  });
  if (!/^[\x21-\x7e]+\s*$/.test(key)) {
    throw new UsageError(`${options.keyFile} must hold one API key and nothing else.`);
  }
  return { url: options.engine.replace(/\/$/, ''), key: key.trim() };
};

const runsAlready = (address: EngineAddress): PrivateEngine => ({
  address,
  stop: () => Promise.resolve(),
});

const replay = async (
  read: ReadDocument,
  address: EngineAddress,
  {
    signal,
    onMoment,
  }: { readonly signal: AbortSignal; readonly onMoment: (moment: Moment) => void },
): Promise<readonly SubjectSummary[]> => {
  const timeline = createTimeline();
  const api = createReplayApi(address, signal);
  try {
    await replayEvents(read.events, api, (sighting) => {
      timeline.see(sighting).forEach(onMoment);
    });
  } finally {
    api.close();
  }
  return timeline.summaries();
};

const printSummary = ({ format, read, moments, summaries }: ImportReport, print: Print): void => {
  if (moments.length === 0) print('Nothing happened that a rung or an alert would tell of.');
  print('');
  for (const summary of summaries) summaryLines(summary).forEach(print);
  print('');
  leftOutLines(read).forEach(print);
  const duplicates = summaries.reduce((sum, one) => sum + one.duplicates, 0);
  const known = duplicates === 0 ? '' : `, ${String(duplicates)} of them recorded before`;
  print(
    `${format}: ${String(read.rows)} rows, ${String(read.events.length)} events${known}, ${String(read.unknown.length)} rows unknown`,
  );
};

/**
 * Replays a file of an identity provider in its own time and prints what the engine made of it.
 *
 * @returns whether anything in the file could be used.
 * @throws UsageError when the call is wrong, ReplayProblem when the file or the engine does not let it
 * go on, the reason of the signal when it is interrupted.
 */
export const importEvents = async (
  file: string,
  options: ImportOptions,
  { print, signal }: { readonly print: Print; readonly signal: AbortSignal },
): Promise<boolean> => {
  const { format, json = false } = options;
  const given = await engineGiven(options);
  const read = await readEventsFile(format, file);
  const moments: Moment[] = [];
  const onMoment = (moment: Moment): void => {
    moments.push(moment);
    if (!json) print(momentLine(moment));
  };
  const replayed = async (): Promise<readonly SubjectSummary[]> => {
    const engine =
      given === null
        ? await startPrivateEngine(environmentOf(options), signal)
        : runsAlready(given);
    try {
      return await replay(read, engine.address, { signal, onMoment });
    } finally {
      await engine.stop();
    }
  };
  const summaries = read.events.length === 0 ? [] : await replayed();
  const report: ImportReport = { format, read, moments, summaries };
  if (json) print(reportJson(report));
  else printSummary(report, print);
  return read.events.length > 0;
};
