import { readFileSync } from 'node:fs';
import type { z } from 'zod';

export type EnvironmentResult<T> =
  | { readonly ok: true; readonly config: T }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface EnvironmentOptions {
  /** Names that may also be given as `NAME_FILE`, a file that holds the value. */
  readonly secrets: readonly string[];
}

const ownPrefix = 'STEPGATE_';
const fileSuffix = '_FILE';

interface Gathered {
  readonly values: Record<string, string>;
  readonly problems: string[];
}

/** Compose and Kubernetes pass unset variables as empty ones. */
const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

const readSecret = (name: string, env: NodeJS.ProcessEnv, gathered: Gathered): void => {
  const file = env[name + fileSuffix];
  if (!isSet(file)) return;
  if (isSet(env[name])) {
    gathered.problems.push(`${name} and ${name}${fileSuffix} are both set; give one of them.`);
    return;
  }
  try {
    gathered.values[name] = readFileSync(file, 'utf8').replace(/\r?\n$/u, '');
  } catch {
    gathered.problems.push(`${name}${fileSuffix} names a file that cannot be read.`);
  }
};

const gather = (
  known: readonly string[],
  env: NodeJS.ProcessEnv,
  { secrets }: EnvironmentOptions,
): Gathered => {
  const gathered: Gathered = { values: {}, problems: [] };
  const accepted = new Set([...known, ...secrets.map((name) => name + fileSuffix)]);
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(ownPrefix)) continue;
    // A misspelt name would silently leave its default in force.
    if (!accepted.has(name)) gathered.problems.push(`${name} is not a setting of this service.`);
    else if (isSet(value) && known.includes(name)) gathered.values[name] = value;
  }
  for (const name of secrets) readSecret(name, env, gathered);
  return gathered;
};

/** Never quotes a value: it may be a secret. */
const describeIssue = (issue: z.core.$ZodIssue, values: Gathered['values']): string => {
  const name = issue.path.map(String).join('.');
  if (name === '') return issue.message;
  return isSet(values[name]) ? `${name}: ${issue.message}` : `${name} is required.`;
};

/**
 * Reads a service's settings from `STEPGATE_*` variables; the keys of `schema` are their full names.
 * All problems come back at once, worded for an operator. Problems of the schema are told only for
 * names that were gathered without one.
 */
export const readEnvironment = <S extends z.ZodObject>(
  schema: S,
  env: NodeJS.ProcessEnv,
  options: EnvironmentOptions,
): EnvironmentResult<z.output<S>> => {
  const { values, problems } = gather(Object.keys(schema.shape), env, options);
  const parsed = schema.safeParse(values);
  if (parsed.success && problems.length === 0) return { ok: true, config: parsed.data };
  const blamed = (issue: z.core.$ZodIssue): boolean =>
    problems.some((problem) => problem.startsWith(issue.path.map(String).join('.')));
  const issues = parsed.success ? [] : parsed.error.issues.filter((issue) => !blamed(issue));
  return {
    ok: false,
    problems: [...problems, ...issues.map((issue) => describeIssue(issue, values))],
  };
};
