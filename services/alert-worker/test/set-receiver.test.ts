import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeSet, type Expected } from './set-receiver.js';

describe('the receiver of these tests', () => {
  const { vectors, ...expected } = JSON.parse(
    readFileSync(join(__dirname, 'fixtures/ssf-set-vectors.json'), 'utf8'),
  ) as Expected & {
    readonly vectors: readonly {
      name: string;
      set: string;
      expect: { status: number; err?: string };
    }[];
  };
  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    'judges as receivers do: %s',
    async (_name, { set, expect: wanted }) => {
      const { note: _note, ...verdict } = { note: '', ...wanted };
      expect(await judgeSet(set, expected)).toMatchObject(verdict);
    },
  );
});
