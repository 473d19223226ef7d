import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createSigningKey,
  publicKeysOf,
  verifyAudit,
  type AuditReport,
  type ChainReport,
} from '@stepgate/audit';
import type { Command } from 'commander';
import { z } from 'zod';
import { UsageError } from '../alerts/settings.js';
import { secretsOf } from '../public-key-command.js';

type Print = (line: string) => void;

interface VerifyFlags {
  readonly publicKey?: string;
  readonly anchor?: readonly string[];
  readonly json?: boolean;
}

const jwksSchema = z.object({
  keys: z.array(
    z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() }),
  ),
});

const auditKeys = () => secretsOf(process.env).map((secret) => createSigningKey(secret, 'audit'));

const readKeys = async (file: string | undefined): Promise<ReadonlyMap<string, KeyObject>> => {
  if (file === undefined) return new Map(auditKeys().map((key) => [key.keyId, key.publicKey]));
  try {
    const { keys } = jwksSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return new Map(
      keys.map(({ kid, ...key }) => [kid, createPublicKey({ key, format: 'jwk' })] as const),
    );
  } catch (cause) {
    throw new UsageError(`${file} is no file of public keys (JWKS, Ed25519).`, { cause });
  }
};

const readAnchor = (text: string) => {
  const [, seq, hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined) throw new UsageError(`--anchor ${text} is not SEQ:HASH.`);
  return { seq: Number(seq), hash };
};

const describe = (chain: ChainReport): string[] => {
  const counted = Object.entries(chain.byKind).map(([kind, n]) => `${kind} ${String(n)}`);
  return [
    `${chain.file}: ${chain.bad.length === 0 ? 'good' : 'BAD'}, ${chain.closed ? 'closed' : 'open'}, ` +
      `${String(chain.records)} records (${counted.join(', ')}), ${String(chain.unsigned)} after the last checkpoint`,
    `  last ${String(chain.last.seq)}:${chain.last.hash}`,
    ...chain.notes.map((note) => `  note: ${note}`),
    ...chain.bad.map(({ file, line, why }) => `  ${file}:${String(line)}: ${why}`),
  ];
};

const printReport = (report: AuditReport, print: Print): void => {
  for (const line of report.chains.flatMap(describe)) print(line);
  for (const line of report.bad) print(line);
  print(report.good ? 'the audit log is good' : 'the audit log is BAD');
};

/** 0 as wished, 1 the log is not what was written, 2 the call itself is wrong. */
const run = async (work: () => Promise<boolean>): Promise<void> => {
  try {
    process.exitCode = (await work()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
};

export const addAuditCommands = (stepgate: Command, print: Print): void => {
  const audit = stepgate.command('audit').description('the log of decisions and changes');
  audit
    .command('verify <paths...>')
    .description('whether the log is what was written; needs STEPGATE_SECRET or --public-key')
    .option('--public-key <file>', 'a JWKS, as `stepgate audit public-key` prints it')
    .option('--anchor <places...>', 'SEQ:HASH that must be in it, as the service log told')
    .option('--json', 'the whole report')
    .action((paths: string[], flags: VerifyFlags) =>
      run(async () => {
        const keys = await readKeys(flags.publicKey);
        const anchors = (flags.anchor ?? []).map(readAnchor);
        const report = await verifyAudit(paths, { keys, anchors });
        if (flags.json === true) print(JSON.stringify(report));
        else printReport(report, print);
        return report.good;
      }),
    );
  audit
    .command('public-key')
    .description('the keys (JWKS) that the log is verified with, from STEPGATE_SECRET')
    .action(() =>
      run(() => {
        print(JSON.stringify(publicKeysOf(auditKeys())));
        return Promise.resolve(true);
      }),
    );
};
