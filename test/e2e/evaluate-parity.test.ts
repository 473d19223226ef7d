import { join } from 'node:path';
import {
  createHttpPoint,
  createInProcessPoint,
  loadPolicies,
  loadSignalSources,
  replayLogins,
  type JudgedLogin,
  type SyntheticLogin,
} from '@stepgate/evaluation';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const infra = join(__dirname, '../../infra');
const policies = join(__dirname, 'policies-counting');
const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 1_000_000);
const refreshSeconds = 3_600;
const deviceTokenDays = 30;

let deployment: Deployment;
let engine: EngineProcess;

beforeEach(async () => {
  process.stdout.write(`seed ${String(seed)}\n`);
  deployment = await createDeployment(redisUrl, policies);
  engine = await startEngineProcess(deployment, {
    mode: 'dev',
    quiet: true,
    env: {
      STEPGATE_POPULATION_REFRESH_SECONDS: String(refreshSeconds),
      STEPGATE_DEVICE_TOKEN_DAYS: String(deviceTokenDays),
      STEPGATE_STATE_TIMEOUT_MS: '10000',
    },
  });
}, 60_000);

afterEach(async () => {
  await engine.stop();
  await deployment.remove();
});

/** Mulberry32. */
const randomFrom = (start: number): ((below: number) => number) => {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** On the shipped list; the only one of its kind that many of the logins come from. */
const torExit = '185.220.101.1';

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'curl/8.5.0',
  '',
];

/** Bursts of a few minutes, hours and days apart. */
const pauses = [
  ...[0, 1, 900, 900, 900, 2_000, 2_000, 9_000, 9_000, 45_000].flatMap((ms) => [ms, ms, ms]),
  ...[400_000, 4_000_000, 90_000_000],
];

/** What the stream must have led to, or it would compare little. */
const reached = [
  'history_unlikely',
  'ip_listed',
  'limit_exceeded',
  'network_spraying',
  'seen_before',
  'source_failures',
  'source_spraying',
  'subject_failures',
  'subject_stuffing',
  'travel_impossible',
  'user_agent_automated',
];

/** Few users and crowded places, so that lists overflow, limits are reached and tokens expire. */
const randomStream = (count: number): SyntheticLogin[] => {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  let at = Date.UTC(2025, 0, 1);
  return Array.from({ length: count }, (): SyntheticLogin => {
    at += pick(pauses);
    const kind = random(10);
    return {
      at,
      user: random(2) * random(6),
      by:
        kind < 7
          ? { kind: 'owner' }
          : kind < 8
            ? { kind: 'hard_negative', name: 'holiday' }
            : { kind: 'attacker', name: 'naive' },
      passwordRight: random(3) > 0,
      address: pick([
        `77.161.224.${String(random(60))}`,
        `1.40.${String(random(40))}.17`,
        `${String(20 + random(150))}.${String(random(250))}.1.1`,
        `2a02:a440:1:${random(3).toString(16)}::${random(9).toString(16)}`,
        '10.0.0.7',
        torExit,
        torExit,
      ]),
      userAgent:
        random(3) === 0
          ? `Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/${String(90 + random(40))}.0`
          : pick(browsers),
      device: random(4) === 0 ? null : `browser-${String(random(25))}`,
      rttMs: random(2) === 0 ? null : random(400),
    };
  });
};

describe('a replay in the process and over HTTP', () => {
  it.each([true, false])(
    'judges every login alike, with device tokens: %s',
    async (withDevices) => {
      const options = { application: 'portal', withDevices };
      const stream = randomStream(1_200);
      const local = createInProcessPoint({
        ...(await loadSignalSources(join(infra, 'reputation'))),
        policies: await loadPolicies(policies),
        populationRefreshMs: refreshSeconds * 1_000,
        deviceTokenDays,
      });
      const remote = createHttpPoint(
        { url: engine.url, apiKey: deployment.apiKey },
        new AbortController().signal,
      );
      const [here, there]: [JudgedLogin[], JudgedLogin[]] = [[], []];
      await replayLogins(stream, local, {
        ...options,
        onJudged: (judged) => here.push(judged),
      });
      await replayLogins(stream, remote, {
        ...options,
        onJudged: (judged) => there.push(judged),
      });
      remote.close();
      for (const [index, judged] of here.entries()) expect(there[index]).toEqual(judged);
      const seen = here.flatMap(({ judged }) => judged?.findings ?? []);
      const reasons = new Set(seen.map(({ reason }) => reason));
      expect(reached.filter((reason) => !reasons.has(reason))).toEqual([]);
    },
    120_000,
  );
});
