import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StateUnavailableError } from '@stepgate/assessment';
import { startCluster, type RedisCluster } from '@stepgate/testing';
import type { RedisConnection, RedisState } from '../src/index.js';
import { attemptOf } from './load.js';
import { runMainFlow } from './main-flow.js';
import { admission, admitted, counting, limit, subject } from './requests.js';
import { openState } from './topology-connection.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(90_000);

const parallel = 200;
const most = 7;

describe('a Cluster of three', () => {
  let cluster: RedisCluster;
  let connection: RedisConnection;
  let state: RedisState;
  beforeAll(async () => {
    cluster = await startCluster(['--cluster-node-timeout', '60000']);
    const options = { url: cluster.urls, commandTimeoutMs: 2_000, patienceMs: 2_000 };
    ({ connection, state } = await openState(options));
  });
  afterAll(async () => {
    for (const node of cluster.nodes) node.thaw();
    connection.close();
    await cluster.stop();
  });

  it('takes the whole flow of decisions and events, whatever slots it falls into', async () => {
    for (let n = 0; n < 5; n += 1) await runMainFlow(state);
  });

  it.each(['subject', 'source', 'tenant'] as const)(
    'lets exactly as many of 200 parallel attempts pass as the limit of a %s says',
    async (per) => {
      const limits = [limit({ name: `exact ${per}`, per, max: most })];
      const request = { tenant: randomUUID(), counting: counting({ limits }) };
      const shared = subject();
      const answers = await Promise.all(
        Array.from({ length: parallel }, () =>
          state.attempts.admitAttempt(
            admission({
              ...request,
              subject: per === 'subject' ? shared : subject(),
              budgetMs: 20_000,
            }),
          ),
        ),
      );
      const passed = answers.filter((answer) =>
        admitted(answer).state.limits.every(({ exceeded }) => !exceeded),
      );
      expect(passed).toHaveLength(most);
    },
  );

  it('answers in time for every subject while one node is frozen, and recovers by itself', async () => {
    const hasty = await openState({ url: cluster.urls, commandTimeoutMs: 100, patienceMs: 100 });
    const { attempts } = hasty.state;
    const ask = async (): Promise<{ readonly ok: boolean; readonly ms: number }> => {
      const sentAt = performance.now();
      const ms = (): number => performance.now() - sentAt;
      // A tenant each: their slots are on all of the nodes.
      const attempt = attemptOf(subject(), randomUUID());
      return attempts.admitAttempt({ ...attempt, tenant: randomUUID() }).then(
        () => ({ ok: true, ms: ms() }),
        (error: unknown) => {
          const answer = { ok: false, ms: ms() };
          if (!(error instanceof StateUnavailableError)) throw error;
          return answer;
        },
      );
    };
    const round = () => Promise.all(Array.from({ length: 30 }, () => ask()));
    await waitFor('a good round', async () => (await round()).every(({ ok }) => ok));
    cluster.nodes[1]?.freeze();
    // What a timer of the same length is late by on this machine is not the client's doing.
    const late = async (): Promise<number> => {
      const startedAt = performance.now();
      await delay(100);
      return performance.now() - startedAt - 100;
    };
    const during = [];
    let machineMs = 0;
    for (let n = 0; n < 3; n += 1) {
      const [lateMs, answers] = await Promise.all([late(), round()]);
      during.push(...answers);
      machineMs = Math.max(machineMs, lateMs);
    }
    cluster.nodes[1]?.thaw();
    const thawedAt = performance.now();
    await waitFor('a good round again', async () => (await round()).every(({ ok }) => ok));
    const recoveredMs = performance.now() - thawedAt;
    hasty.connection.close();

    const slowest = Math.max(...during.map(({ ms }) => ms));
    process.stdout.write(
      `one of three frozen: ${String(during.filter(({ ok }) => !ok).length)} of ` +
        `${String(during.length)} refused, slowest ${slowest.toFixed(0)} ms (machine late by ${machineMs.toFixed(0)} ms), good again after ` +
        `${recoveredMs.toFixed(0)} ms\n`,
    );
    expect(new Set(during.map(({ ok }) => ok))).toEqual(new Set([true, false]));
    // The budget is 100 ms; a client that ignores it would hang for as long as the node is frozen.
    expect(slowest - machineMs).toBeLessThanOrEqual(250);
    expect(recoveredMs).toBeLessThanOrEqual(2_000);
  });
});
