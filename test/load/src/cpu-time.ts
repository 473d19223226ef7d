import { readFile } from 'node:fs/promises';

const ticksPerSecond = 100;
const userField = 11;
const systemField = 12;

/** CPU time of a process so far, in µs; null where there is no /proc. */
export const cpuMicroseconds = async (pid: number): Promise<number | null> => {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The command's name may hold spaces; fields are counted from after its closing bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[userField]) + Number(fields[systemField]);
  return (ticks * 1e6) / ticksPerSecond;
};
