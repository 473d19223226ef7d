import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyAudit } from '@stepgate/audit';
import { auditMutations, mutateAudit } from '@stepgate/testing';
import { createRandom } from '../../../test/chaos/src/random.js';
import { decide, keys, makeDirectory, open, removeDirectories } from './audit-directory.js';

jest.setTimeout(60_000);

const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? randomInt(1_000_000));
const random = createRandom(seed);

describe(`a closed audit log (seed ${String(seed)})`, () => {
  let file = '';
  let original = Buffer.alloc(0);
  beforeAll(async () => {
    const directory = await makeDirectory();
    const log = await open(directory);
    decide(log, 40);
    log.append('change', { what: 'eraseSubject', by: 'ops' });
    file = join(directory, log.anchor().file);
    await log.close();
    original = await readFile(file);
  });
  afterAll(removeDirectories);

  it('is good as it was written', async () => {
    const report = await verifyAudit([file], { keys });
    expect(report).toMatchObject({ good: true, bad: [] });
    expect(report.chains[0]).toMatchObject({
      closed: true,
      unsigned: 0,
      byKind: { opened: 1, decision: 40, change: 1, closed: 1 },
    });
  });

  it.each(auditMutations)('shows where it was falsified: %s', async (mutation) => {
    for (let round = 0; round < 150; round += 1) {
      const { bytes, line } = mutateAudit(original, mutation, random);
      await writeFile(file, bytes);
      const report = await verifyAudit([file], { keys });
      expect(report.good).toBe(false);
      expect([round, report.chains[0]?.bad[0]?.line]).toEqual([round, line]);
    }
  });

  it('shows that every single byte counts', async () => {
    for (let offset = 0; offset < original.length; offset += 7) {
      const bytes = Buffer.from(original);
      bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
      await writeFile(file, bytes);
      expect([offset, (await verifyAudit([file], { keys })).good]).toEqual([offset, false]);
    }
  });
});
