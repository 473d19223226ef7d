import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationReport } from '@stepgate/evaluation';

const root = join(__dirname, '../..');
const cli = join(root, 'packages/cli/dist/main.js');

let out: string;
/** Of the process: whatever it leaves there, it has left behind. */
let scratch: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'stepgate-evaluation-'));
  scratch = join(out, 'scratch');
  await mkdir(scratch);
});
afterAll(() => rm(out, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Redis that the environment names is not to be touched; nobody listens there. */
const environment = () => ({
  ...process.env,
  NO_COLOR: '1',
  STEPGATE_REDIS_URL: 'redis://127.0.0.1:1',
  TMPDIR: scratch,
});

const evaluate = (...args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'evaluate', ...args],
      { env: environment(), cwd: root, timeout: 300_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });

describe('the quick evaluation', () => {
  let run: Run;
  let report: EvaluationReport;
  beforeAll(async () => {
    run = await evaluate('--quick', '--out', out);
    report = JSON.parse(await readFile(join(out, 'evaluate.json'), 'utf8'));
  }, 310_000);

  it('holds every check that it can judge', () => {
    expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(run.code).toBe(0);
  });

  it('judges every login over HTTP as in the process', () => {
    const { agreement } = report.figures;
    expect(agreement.disagreements).toEqual([]);
    expect(agreement.compared).toBeGreaterThan(500);
  });

  it('writes its checks first, and a page that loads nothing', async () => {
    const json = await readFile(join(out, 'evaluate.json'), 'utf8');
    expect(json).toMatch(/^\{\s*"checks": \[/);
    const page = await readFile(join(out, 'evaluate.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/<script|src="http|@import/);
  });

  it('prints a table of one screen and leaves nothing behind', async () => {
    expect(run.stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('the evaluation of a log', () => {
  const header =
    'Login Timestamp,User ID,IP Address,Country,ASN,User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Account Takeover';
  const row = (day: number, user: number, more: string): string =>
    `2026-01-${String(day).padStart(2, '0')} 09:00:00,user ${String(user)},${more}`;
  const own =
    '77.161.224.17,NL,1136,"Mozilla/5.0 (X11, Linux)",Firefox 140,Linux,desktop,True,False';
  const theft = '1.40.32.17,AU,4804,curl/8.5.0,curl 8,none,desktop,True,True';

  it('tells thefts from the rest by labels, and the lines that it could not use', async () => {
    const file = join(out, 'log.csv');
    const days = [1, 2, 3, 4];
    const rows = days.flatMap((day) => [1, 2, 3].map((user) => row(day, user, own)));
    await writeFile(file, [header, ...rows, 'broken', row(5, 1, theft), ''].join('\n'));
    const run = await evaluate('--logins', file, '--out', out);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain('13 logins of 3 users, 13 successful; 1 rows could not be used');
    expect(run.stdout).toContain('line 14');
    expect(run.stdout).toMatch(/stepgate, no device tokens +AUC 1\.000/);
    expect(run.stdout).toContain('golden values: skipped');
  }, 60_000);

  it('is refused for a file that is no such log, or is not there', async () => {
    const file = join(out, 'other.csv');
    await writeFile(file, 'a,b\n1,2\n');
    const wrong = await evaluate('--logins', file, '--out', out);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('lacks the columns')]);
    const none = await evaluate('--logins', join(out, 'none.csv'));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no such file')]);
  }, 60_000);

  it('fails where the golden values are asked for and cannot be compared', async () => {
    const file = join(out, 'short.csv');
    await writeFile(file, [header, row(1, 1, own), ''].join('\n'));
    expect((await evaluate('--logins', file, '--golden', '--out', out)).code).toBe(1);
  }, 60_000);
});
