import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Check {
  readonly name: string;
  readonly value: number | string;
  readonly target: string;
  readonly holds: boolean;
}

/** `reports/NAME.json`: checks and raw figures; the same checks as a short table. */
export const writeReport = async (
  root: string,
  name: string,
  report: { readonly checks: readonly Check[]; readonly figures: unknown },
): Promise<void> => {
  await mkdir(join(root, 'reports'), { recursive: true });
  const file = join(root, 'reports', `${name}.json`);
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
};

export const printTable = (rows: readonly (readonly string[])[]): void => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    process.stdout.write(`${cells.join('  ')}\n`);
  }
};
