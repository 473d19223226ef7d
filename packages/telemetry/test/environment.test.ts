import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readEnvironment } from '../src/index.js';

const schema = z.object({
  STEPGATE_PORT: z.coerce
    .number('must be a number')
    .int()
    .max(65_535, 'is at most 65535')
    .default(8080),
  STEPGATE_KEY: z.string().min(8, 'needs at least 8 characters'),
});
const read = (env: NodeJS.ProcessEnv): ReturnType<typeof readEnvironment<typeof schema>> =>
  readEnvironment(schema, env, { secrets: ['STEPGATE_KEY'] });

const secretFile = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'stepgate-')), 'key');
  writeFileSync(file, text);
  return file;
};

describe('environment', () => {
  it('reads settings and fills in defaults', () => {
    expect(read({ STEPGATE_KEY: 'long-enough', HOME: '/root' })).toEqual({
      ok: true,
      config: { STEPGATE_PORT: 8080, STEPGATE_KEY: 'long-enough' },
    });
  });

  it('tells all problems at once and never quotes a value', () => {
    const result = read({ STEPGATE_PORT: '99999', STEPGATE_KEY: 'short', STEPGATE_PROT: '1' });
    expect(result).toEqual({
      ok: false,
      problems: [
        'STEPGATE_PROT is not a setting of this service.',
        'STEPGATE_PORT: is at most 65535',
        'STEPGATE_KEY: needs at least 8 characters',
      ],
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(read({ STEPGATE_PORT: '', STEPGATE_KEY: '' })).toEqual({
      ok: false,
      problems: ['STEPGATE_KEY is required.'],
    });
  });

  it('reads a secret from a file, without its last line break', () => {
    expect(read({ STEPGATE_KEY_FILE: secretFile('from-a-file\n') })).toMatchObject({
      config: { STEPGATE_KEY: 'from-a-file' },
    });
  });

  it('refuses a secret given twice or in a file that cannot be read', () => {
    const twice = read({ STEPGATE_KEY: 'long-enough', STEPGATE_KEY_FILE: secretFile('other-one') });
    expect(twice).toMatchObject({
      problems: ['STEPGATE_KEY and STEPGATE_KEY_FILE are both set; give one of them.'],
    });
    expect(read({ STEPGATE_KEY_FILE: '/nowhere/key' })).toMatchObject({
      problems: ['STEPGATE_KEY_FILE names a file that cannot be read.'],
    });
  });

  it('does not take a file for a setting that is no secret', () => {
    expect(read({ STEPGATE_KEY: 'long-enough', STEPGATE_PORT_FILE: '/x' })).toMatchObject({
      problems: ['STEPGATE_PORT_FILE is not a setting of this service.'],
    });
  });
});
