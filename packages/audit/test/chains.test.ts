import { spawnSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createSigningKey, verifyAudit, type AuditReport } from '@stepgate/audit';
import { waitUntil } from '@stepgate/cli';
import { decide, key, keys, makeDirectory, open, removeDirectories } from './audit-directory.js';

const reasons = (report: AuditReport): string[] => [
  ...report.bad,
  ...report.chains.flatMap(({ bad }) => bad.map(({ why }) => why)),
];

const closedLog = async (directory: string, count = 5): Promise<string> => {
  const log = await open(directory);
  decide(log, count);
  const { file } = log.anchor();
  await log.close();
  return file;
};

afterAll(removeDirectories);

describe('the chains of a directory', () => {
  it('name the one before them, so that one that is taken away is missed', async () => {
    const directory = await makeDirectory();
    const files = [
      await closedLog(directory),
      await closedLog(directory),
      await closedLog(directory),
    ];
    expect(await verifyAudit([directory], { keys })).toMatchObject({ good: true });
    await rm(join(directory, files[1]!));
    const report = await verifyAudit([directory], { keys });
    expect(reasons(report)).toEqual([`it follows ${files[1]!}, which is not here`]);
  });

  it('are one for each of two writers at once', async () => {
    const directory = await makeDirectory();
    const logs = [await open(directory), await open(directory)];
    for (const log of logs) decide(log, 2_500);
    await Promise.all(logs.map((log) => log.close()));
    const report = await verifyAudit([directory], { keys });
    expect(report.good).toBe(true);
    expect(report.chains.map(({ byKind }) => byKind.decision)).toEqual([2_500, 2_500]);
  });

  it('follow each other where one is full', async () => {
    const directory = await makeDirectory();
    const log = await open(directory, { maxFileBytes: 20_000 });
    decide(log, 1_000);
    await log.close();
    const report = await verifyAudit([directory], { keys });
    expect(report.good).toBe(true);
    expect(report.chains.length).toBeGreaterThan(5);
    const decisions = report.chains.map(({ byKind }) => byKind.decision ?? 0);
    expect(decisions.reduce((sum, each) => sum + each, 0)).toBe(1_000);
  });

  it('are not taken from a directory that everybody may write', async () => {
    const directory = await makeDirectory();
    await chmod(directory, 0o777);
    await expect(open(directory)).rejects.toThrow('may be written by everybody');
  });

  it('are readable by nobody else', async () => {
    const directory = await makeDirectory();
    const file = await closedLog(directory);
    const { stdout } = spawnSync('stat', ['-c', '%a', join(directory, file)], { encoding: 'utf8' });
    expect(stdout).toBe('600\n');
  });
});

describe('a log whose tail was cut', () => {
  it('is shown by its head, and by the chain after it when the head was taken along', async () => {
    const directory = await makeDirectory();
    const file = await closedLog(directory);
    const path = join(directory, file);
    const lines = (await readFile(path, 'latin1')).split('\n');
    await truncate(path, `${lines.slice(0, -3).join('\n')}\n`.length);
    const [why] = reasons(await verifyAudit([directory], { keys }));
    expect(why).toContain('the tail was cut off');
    await rm(path.replace('.jsonl', '.head'));
    expect(reasons(await verifyAudit([directory], { keys }))).toEqual([
      'it is missing, so a cut tail would not be seen',
    ]);
  });

  it('is shown by an anchor that was kept elsewhere, even with an older head put back', async () => {
    const directory = await makeDirectory();
    const log = await open(directory);
    const { file } = log.anchor();
    const path = join(directory, file);
    const head = path.replace('.jsonl', '.head');
    const [oldLog, oldHead] = [await readFile(path), await readFile(head)];
    decide(log, 3);
    await log.close();
    const anchors = [log.anchor()];
    expect(await verifyAudit([path], { keys, anchors })).toMatchObject({ good: true });
    await writeFile(path, oldLog);
    await writeFile(head, oldHead);
    expect(await verifyAudit([path], { keys })).toMatchObject({ good: true });
    expect(reasons(await verifyAudit([path], { keys, anchors }))).toEqual([
      expect.stringContaining('no chain has the anchored line'),
    ]);
  });

  it('in the middle of a line that no checkpoint covers is told apart from a closed one', async () => {
    const directory = await makeDirectory();
    const log = await open(directory);
    await appendFile(join(directory, log.anchor().file), '{"seq":2,"at":"2026');
    const report = await verifyAudit([directory], { keys });
    expect(report.chains[0]?.notes.join()).toContain('the last line is unfinished (19 bytes)');
    expect(report).toMatchObject({ good: true, chains: [{ closed: false }] });
    await log.close();
    expect(await verifyAudit([directory], { keys })).toMatchObject({ good: false });
  });
});

describe('an audit log', () => {
  it('that another key has signed is not taken', async () => {
    const directory = await makeDirectory();
    await closedLog(directory);
    const other = createSigningKey('another secret of the audit tests, 32 chars', 'audit');
    const report = await verifyAudit([directory], {
      keys: new Map([[key.keyId, other.publicKey]]),
    });
    expect(report.good).toBe(false);
    expect(reasons(report)[0]).toContain('it is not signed by the key');
  });

  it.each([
    'a\r\nb',
    '\u001b[31mred',
    '\u2028\u2029\u0085',
    '{"seq":9,"kind":"closed"}\n{"seq":10}',
    '\ud800 lone',
    '\u202eltr \u007f é 日本',
  ])('keeps %j on one line of printable ASCII', async (text) => {
    const directory = await makeDirectory();
    const log = await open(directory);
    log.append('change', { what: 'eraseSubject', by: text });
    await log.close();
    const content = await readFile(join(directory, log.anchor().file), 'latin1');
    expect(content).toMatch(/^[\x20-\x7e\n]+$/);
    const line = content.split('\n').find((each) => each.includes('"change"'));
    expect(JSON.parse(line ?? '')).toMatchObject({ by: text });
    expect(await verifyAudit([directory], { keys })).toMatchObject({ good: true });
  });

  it('makes a checkpoint by itself within about a second', async () => {
    const directory = await makeDirectory();
    const log = await open(directory);
    decide(log, 3);
    await waitUntil(
      async () => (await verifyAudit([directory], { keys })).chains[0]?.byKind.checkpoint === 2,
      { timeoutMs: 5_000, what: () => 'no checkpoint came' },
    );
    expect(await verifyAudit([directory], { keys })).toMatchObject({ chains: [{ unsigned: 0 }] });
    await log.close();
  });

  it('does not begin where it cannot be written', async () => {
    const directory = join(await makeDirectory(), 'file');
    await writeFile(directory, '');
    await expect(open(directory)).rejects.toThrow('EEXIST');
  });
});

describe('a disk that is full', () => {
  const root = process.getuid?.() === 0;

  (root ? it : it.skip)('is told, and what was lost is said once there is room', async () => {
    const mount = join(await makeDirectory(), 'disk');
    await mkdir(mount);
    const args = ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'tmpfs', mount];
    expect(spawnSync('mount', args).status).toBe(0);
    try {
      const filler = join(mount, 'filler');
      const log = await open(mount, { maxWaitingBytes: 50_000 });
      const failures: unknown[] = [];
      await writeFile(filler, Buffer.alloc(262_144)).catch((error: unknown) =>
        failures.push(error),
      );
      decide(log, 2_000);
      await waitUntil(() => Promise.resolve(!log.writable()), {
        timeoutMs: 5_000,
        what: () => 'the log stayed writable',
      });
      decide(log, 10);
      expect(log.lost()).toBeGreaterThan(0);
      await rm(filler);
      await waitUntil(() => Promise.resolve(log.writable()), {
        timeoutMs: 5_000,
        what: () => 'the log did not recover',
      });
      decide(log, 1);
      await log.close();
      const report = await verifyAudit([mount], { keys });
      expect(reasons(report)).toEqual([]);
      const [chain] = report.chains;
      expect((chain?.byKind.decision ?? 0) + (chain?.lost ?? 0)).toBe(2_011);
      expect(chain?.lost).toBe(log.lost());
      expect((await readdir(mount)).filter((name) => name.endsWith('.new'))).toEqual([]);
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});
