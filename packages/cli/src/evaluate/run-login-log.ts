import { access, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  evaluateLoginLog,
  loadPolicies,
  loadSignalSources,
  LoginLogError,
  quickSettings,
} from '@stepgate/evaluation';
import { UsageError } from '../alerts/settings.js';
import { repositoryRoot } from '../dev-stack/dev-stack.js';
import { loginLogLines } from './login-log-text.js';

export interface LoginLogOptions {
  readonly logins: string;
  readonly out?: string;
  readonly golden?: true;
}

const evaluated = async (file: string) => {
  const { populationRefreshMs, deviceTokenDays } = quickSettings();
  try {
    return await evaluateLoginLog(file, {
      ...(await loadSignalSources(join(repositoryRoot, 'infra/reputation'))),
      policies: await loadPolicies(join(repositoryRoot, 'infra/policies')),
      populationRefreshMs,
      deviceTokenDays,
    });
  } catch (error) {
    if (error instanceof LoginLogError) throw new UsageError(`${file} ${error.message}`);
    throw error;
  }
};

/** @returns false when the golden values were asked for and are not met. */
export const runLoginLog = async (
  { logins, out, golden }: LoginLogOptions,
  print: (line: string) => void,
): Promise<boolean> => {
  const file = resolve(logins);
  await access(file).catch(() => {
    throw new UsageError(`--logins ${logins}: there is no such file`);
  });
  const results = await evaluated(file);
  const directory = out === undefined ? join(repositoryRoot, 'reports') : resolve(out);
  const json = join(directory, 'evaluate-logins.json');
  await mkdir(directory, { recursive: true });
  await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
  for (const line of loginLogLines(results)) print(line);
  print(json);
  return golden !== true || (results.golden.kind === 'compared' && results.golden.agree);
};
