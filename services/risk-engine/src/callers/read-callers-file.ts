import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  callersFileSchema,
  hmacSecretSchema,
  type CallersFile,
  type HmacEntry,
} from './callers-file.js';

export interface ReadCallers extends Omit<CallersFile, 'hmac'> {
  readonly hmac: readonly HmacEntry[];
  /** The file and those it names: a change of any of them is a change of callers. */
  readonly files: readonly string[];
}

const problemIn = (file: string, error: z.ZodError): Error =>
  new Error(`${file} is not a key file: ${z.prettifyError(error)}`);

const withSecret = async (
  file: string,
  { secret, secret_file: secretFile, ...entry }: CallersFile['hmac'][number],
): Promise<HmacEntry> => {
  if (secretFile === undefined) return { ...entry, secret: secret ?? '' };
  const text = await readFile(resolve(dirname(file), secretFile), 'utf8');
  const parsed = hmacSecretSchema.safeParse(text.replace(/\r?\n$/, ''));
  if (!parsed.success) throw problemIn(secretFile, parsed.error);
  return { ...entry, secret: parsed.data };
};

/** @throws when a file cannot be read or is no key file; never quotes what is in it. */
export const readCallersFile = async (file: string): Promise<ReadCallers> => {
  const parsed = callersFileSchema.safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw problemIn(file, parsed.error);
  const { hmac, ...others } = parsed.data;
  const secretFiles = hmac.flatMap(({ secret_file: name }) =>
    name === undefined ? [] : resolve(dirname(file), name),
  );
  return {
    ...others,
    hmac: await Promise.all(hmac.map((entry) => withSecret(file, entry))),
    files: [file, ...secretFiles],
  };
};
