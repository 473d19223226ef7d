export const auditMutations = [
  'flip a bit',
  'drop a line',
  'swap two lines',
  'repeat a line',
  'insert a line',
  'change a line by its own rules',
  'cut the tail',
  'cut at a line end',
] as const;
export type AuditMutation = (typeof auditMutations)[number];

export interface MutatedAudit {
  readonly bytes: Buffer;
  /** Of the first line that is not what was written, from 1. */
  readonly line: number;
}

type Random = () => number;

const newline = 0x0a;

const linesOf = (log: Buffer): string[] => log.toString('latin1').split('\n').slice(0, -1);
const joined = (lines: readonly string[]): Buffer =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

const lineAt = (log: Buffer, offset: number): number => {
  let line = 1;
  for (const byte of log.subarray(0, offset)) if (byte === newline) line += 1;
  return line;
};

const flip = (log: Buffer, random: Random): MutatedAudit => {
  const bytes = Buffer.from(log);
  const offset = below(random, log.length);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << below(random, 8)), offset);
  return { bytes, line: lineAt(log, offset) };
};

const edit = (log: Buffer, work: (lines: string[]) => number): MutatedAudit => {
  const lines = linesOf(log);
  const line = work(lines);
  return { bytes: joined(lines), line };
};

const mutations: Readonly<Record<AuditMutation, (log: Buffer, random: Random) => MutatedAudit>> = {
  'flip a bit': flip,
  'drop a line': (log, random) =>
    edit(log, (lines) => {
      const at = below(random, lines.length);
      lines.splice(at, 1);
      return at + 1;
    }),
  'swap two lines': (log, random) =>
    edit(log, (lines) => {
      const first = below(random, lines.length - 1);
      const second = first + 1 + below(random, lines.length - 1 - first);
      const moved = lines[first] ?? '';
      lines[first] = lines[second] ?? '';
      lines[second] = moved;
      return first + 1;
    }),
  'repeat a line': (log, random) =>
    edit(log, (lines) => {
      const at = below(random, lines.length);
      lines.splice(at + 1, 0, lines[at] ?? '');
      return at + 2;
    }),
  'insert a line': (log, random) =>
    edit(log, (lines) => {
      const from = below(random, lines.length);
      // Right before or after itself, it would be a repetition.
      const at = (from + 2 + below(random, lines.length - 2)) % lines.length;
      lines.splice(at, 0, lines[from] ?? '');
      return at + 1;
    }),
  // Still a line of the log, as who edits a score or an outcome would leave it.
  'change a line by its own rules': (log, random) =>
    edit(log, (lines) => {
      const at = below(random, lines.length);
      const fields: Record<string, unknown> = { ...JSON.parse(lines[at] ?? '') };
      const names = Object.keys(fields).filter((name) => name !== 'kind');
      const name = names[below(random, names.length)] ?? 'seq';
      const value = fields[name];
      fields[name] = typeof value === 'number' ? value + 1 : `${String(value)}0`;
      lines[at] = JSON.stringify(fields);
      return at + 1;
    }),
  'cut the tail': (log, random) => {
    const length = below(random, log.length);
    return { bytes: log.subarray(0, length), line: lineAt(log, length) };
  },
  'cut at a line end': (log, random) =>
    edit(log, (lines) => {
      lines.length = below(random, lines.length);
      return lines.length + 1;
    }),
};

/** One way to falsify a closed log, at a random place. */
export const mutateAudit = (log: Buffer, mutation: AuditMutation, random: Random): MutatedAudit =>
  mutations[mutation](log, random);
