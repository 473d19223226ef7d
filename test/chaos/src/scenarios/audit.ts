import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, openAuditLog, verifyAudit, type AuditLog } from '@stepgate/audit';
import { auditMutations, mutateAudit, type AuditMutation, type Check } from '@stepgate/testing';
import type { ChaosContext, Scenario } from '../scenario.js';

const key = createSigningKey('the secret of the audit log under attack', 'audit');
const keys = new Map([[key.keyId, key.publicKey]]);

const open = (directory: string): Promise<AuditLog> =>
  openAuditLog({ directory, key, version: 'chaos', clock: Date.now });

const digest = '5'.repeat(64);

const decide = (log: AuditLog, count: number): void => {
  for (let n = 0; n < count; n += 1) {
    log.append('decision', {
      decision_id: `01932f8e-6a1c-7000-8000-${String(n).padStart(12, '0')}`,
      outcome: n % 3 === 0 ? 'step_up' : 'allow',
      score: n % 100,
      policy: 'workforce',
      policy_version: `sha256:${digest}`,
      degraded: [],
      durable: null,
      digest,
    });
  }
};

interface Tally {
  readonly detected: number;
  readonly placed: number;
  readonly tried: number;
}

const falsify = async (
  directory: string,
  { random, rounds }: { readonly random: () => number; readonly rounds: number },
): Promise<ReadonlyMap<AuditMutation, Tally>> => {
  const log = await open(directory);
  decide(log, 60);
  const path = join(directory, log.anchor().file);
  await log.close();
  const original = await readFile(path);
  const tallies = new Map<AuditMutation, Tally>();
  for (let round = 0; round < rounds; round += 1) {
    const mutation = auditMutations[round % auditMutations.length] ?? 'flip a bit';
    const { bytes, line } = mutateAudit(original, mutation, random);
    await writeFile(path, bytes);
    const { good, chains } = await verifyAudit([path], { keys });
    const before = tallies.get(mutation) ?? { detected: 0, placed: 0, tried: 0 };
    tallies.set(mutation, {
      tried: before.tried + 1,
      detected: before.detected + (good ? 0 : 1),
      placed: before.placed + (chains[0]?.bad[0]?.line === line ? 1 : 0),
    });
  }
  return tallies;
};

const sum = (tallies: readonly Tally[], of: keyof Tally): number =>
  tallies.reduce((total, tally) => total + tally[of], 0);

const mutationChecks = (tallies: ReadonlyMap<AuditMutation, Tally>): Check[] => {
  const all = [...tallies.values()];
  const cuts = [...tallies].filter(([name]) => name.startsWith('cut')).map(([, tally]) => tally);
  const tried = sum(all, 'tried');
  const cutsTried = sum(cuts, 'tried');
  return [
    {
      name: 'mutations detected',
      value: sum(all, 'detected'),
      target: String(tried),
      holds: tried > 0 && sum(all, 'detected') === tried,
    },
    {
      name: 'tail cuts detected, among them',
      value: sum(cuts, 'detected'),
      target: String(cutsTried),
      holds: cutsTried > 0 && sum(cuts, 'detected') === cutsTried,
    },
    {
      name: 'first bad place named',
      value: sum(all, 'placed'),
      target: String(tried),
      holds: sum(all, 'placed') === tried,
    },
  ];
};

/** Until then, it is the compiler that is measured. */
const warmUp = 5_000;

/** Of the processor: what else runs on the machine is not the log's doing. */
const timed = async <T>(work: () => Promise<T>) => {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1_000_000 };
};

const speedChecks = async (directory: string, records: number): Promise<Check[]> => {
  const log = await open(directory);
  decide(log, warmUp);
  const appended = await timed(() => {
    decide(log, records);
    return log.close(30_000);
  });
  const verified = await timed(() => verifyAudit([directory], { keys }));
  const perSecond = Math.round((warmUp + records) / verified.seconds);
  const appendMicroseconds = (appended.seconds * 1_000_000) / records;
  return [
    {
      name: 'records verified per second of CPU',
      value: perSecond,
      target: '>= 50000',
      holds: verified.result.good && perSecond >= 50_000,
    },
    {
      name: 'microseconds of CPU per record kept',
      value: Math.round(appendMicroseconds * 10) / 10,
      target: '<= 50',
      holds: log.lost() === 0 && appendMicroseconds <= 50,
    },
  ];
};

const inDirectory = async <T>(work: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-chaos-audit-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const run = async ({ quick, random }: ChaosContext): Promise<readonly Check[]> => {
  const rounds = quick ? 500 : 10_000;
  const tallies = await inDirectory((directory) => falsify(directory, { random, rounds }));
  // Less than what may wait for the disk: all of it is kept.
  const speed = await inDirectory((directory) => speedChecks(directory, 30_000));
  return [...mutationChecks(tallies), ...speed];
};

export const audit: Scenario = {
  name: 'audit',
  promise: 'whatever is changed in an audit log is found, and where it begins',
  limitSeconds: 180,
  run,
};
