import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderReport, reportJson, type EvaluationResults } from '@stepgate/evaluation';

export interface WrittenReport {
  readonly json: string;
  readonly html: string;
}

export const writeReport = async (
  directory: string,
  results: EvaluationResults,
): Promise<WrittenReport> => {
  const [json, html] = [join(directory, 'evaluate.json'), join(directory, 'evaluate.html')];
  await mkdir(directory, { recursive: true });
  await writeFile(json, `${JSON.stringify(reportJson(results), null, 2)}\n`);
  await writeFile(html, renderReport(results));
  return { json, html };
};
