import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareGolden } from '../src/run/login-log/golden-scores.js';
import type { LoginRow } from '../src/run/login-log/login-row.js';
import { readLoginLog, type BadRow } from '../src/run/login-log/read-login-log.js';

const header =
  'index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,Is Account Takeover';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-log-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const read = async (text: string): Promise<{ rows: LoginRow[]; bad: BadRow[] }> => {
  const file = join(directory, 'log.csv');
  await writeFile(file, text);
  const [rows, bad]: [LoginRow[], BadRow[]] = [[], []];
  for await (const row of readLoginLog(file, (each) => bad.push(each))) rows.push(row);
  return { rows, bad };
};

describe('a log of logins', () => {
  it('is read by its columns, quoted commas and all', async () => {
    const { rows, bad } = await read(
      `${header}\n0,2020-02-03 12:43:30.772,-4324,38,10.0.65.171,NO,-,-,29695,"Mozilla/5.0 (KHTML, like Gecko)",Firefox 20,iOS 13.4,mobile,True,False,False\n`,
    );
    expect(bad).toEqual([]);
    expect(rows).toEqual([
      {
        at: Date.UTC(2020, 1, 3, 12, 43, 30, 772),
        user: '-4324',
        rttMs: 38,
        address: '10.0.65.171',
        country: 'NO',
        asn: '29695',
        userAgent: 'Mozilla/5.0 (KHTML, like Gecko)',
        browser: 'Firefox 20',
        os: 'iOS 13.4',
        deviceType: 'mobile',
        successful: true,
        attackIp: false,
        takeover: false,
      },
    ]);
  });

  it('tells the line of each row that cannot be used, and goes on', async () => {
    const good = '0,2020-02-03 12:43:30,7,,192.0.2.1,NO,-,-,1,UA,B,O,mobile,False,False,False';
    const { rows, bad } = await read(
      [
        header,
        good,
        good.replace('2020-02-03', 'yesterday'),
        good.replace('192.0.2.1', '192.0.2.999'),
        'too,short',
        good.replace('mobile,False', 'mobile,perhaps'),
        good,
      ].join('\n'),
    );
    expect(rows).toHaveLength(2);
    // Rows that are no CSV are told by the parser, which reads ahead.
    expect(bad.map(({ line }) => line).toSorted()).toEqual([3, 4, 5, 6]);
    expect(bad).toContainEqual({ line: 3, problem: 'Login Timestamp is no time' });
  });

  it('need not have labels', async () => {
    const bare = header.replace(',Is Attack IP,Is Account Takeover', '');
    const { rows } = await read(
      `${bare}\n0,2020-02-03T12:43:30Z,7,,192.0.2.1,NO,-,-,1,UA,B,O,mobile,true\n`,
    );
    expect(rows[0]).toMatchObject({ attackIp: null, takeover: null, rttMs: null });
  });

  it('is refused as a whole without a column that is needed', async () => {
    await expect(read('at,who\n1,2\n')).rejects.toThrow(
      /lacks the columns Login Timestamp, User ID/,
    );
  });
});

describe('the golden values', () => {
  it('are skipped with a reason where the data set is not there', () => {
    const compared = compareGolden([0.1], 28);
    expect(compared).toMatchObject({ kind: 'skipped' });
  });

  it('are not met by other scores', () => {
    const scores = Array<number>(476_564).fill(0.5);
    expect(compareGolden(scores, 1_000_000)).toMatchObject({ kind: 'compared', agree: false });
  });
});
