import { join } from 'node:path';
import {
  createInProcessPoint,
  loadPolicies,
  loadSignalSources,
  pointsOf,
  replayLogins,
  type InProcessDeps,
  type JudgedLogin,
  type SyntheticLogin,
} from '../src/index.js';

const infra = join(__dirname, '../../../infra');
const start = Date.UTC(2026, 0, 5, 8);
const dayMs = 86_400_000;

let deps: InProcessDeps;

beforeAll(async () => {
  deps = {
    ...(await loadSignalSources(join(infra, 'reputation'))),
    policies: await loadPolicies(join(infra, 'policies')),
    populationRefreshMs: 60_000,
    deviceTokenDays: 180,
  };
}, 60_000);

const login = (day: number, over: Partial<SyntheticLogin> = {}): SyntheticLogin => ({
  at: start + day * dayMs,
  user: 1,
  by: { kind: 'owner' },
  passwordRight: true,
  address: '77.161.224.17',
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  device: 'laptop',
  rttMs: null,
  ...over,
});

const thief: Partial<SyntheticLogin> = {
  by: { kind: 'attacker', name: 'naive' },
  address: '1.40.32.17',
  device: null,
};

const judge = async (
  stream: readonly SyntheticLogin[],
  withDevices = true,
): Promise<readonly JudgedLogin[]> => {
  const judged: JudgedLogin[] = [];
  await replayLogins(stream, createInProcessPoint(deps), {
    application: 'portal',
    withDevices,
    onJudged: (each) => judged.push(each),
  });
  return judged;
};

const reasonsOf = ({ judged }: JudgedLogin): readonly string[] =>
  (judged?.findings ?? []).map(({ reason }) => reason);

describe('a replay of logins', () => {
  it('learns from its owners, who pass what they are asked', async () => {
    const [first, second] = await judge([login(0), login(1)]);
    expect(first?.judged?.outcome).toBe('step_up');
    expect(reasonsOf(first!)).toContain('device_unseen');
    expect(second?.judged).toMatchObject({ outcome: 'allow', points: 0 });
  });

  it('never learns from an attacker, who is scored all the same', async () => {
    const [, ...attempts] = await judge([login(0), ...[1, 2, 3].map((day) => login(day, thief))]);
    const points = attempts.map(({ judged }) => judged?.points);
    expect(points[0]).toBeGreaterThan(30);
    expect(points).toEqual([points[0], points[0], points[0]]);
  });

  it('names no device without tokens, and knows one by its token', async () => {
    const stream = [login(0), login(1)];
    const [, bare] = await judge(stream, false);
    expect(reasonsOf(bare!)).toContain('device_unseen');
    const [, named] = await judge(stream, true);
    expect(reasonsOf(named!)).not.toContain('device_unseen');
  });

  it('keeps a token for each user of a browser', async () => {
    const stream = [login(0), login(1, { user: 2 }), login(2)];
    const [, stranger, owner] = await judge(stream);
    expect(reasonsOf(stranger!)).toContain('device_unseen');
    expect(reasonsOf(stranger!)).not.toContain('device_token_invalid');
    expect(reasonsOf(owner!)).not.toContain('device_unseen');
  });

  it('asks nothing where the password is wrong, and counts it', async () => {
    const failures = Array.from({ length: 6 }, (_, n) =>
      login(1, { ...thief, at: start + dayMs + n * 1_000, passwordRight: false }),
    );
    const judged = await judge([
      login(0),
      ...failures,
      login(1, { ...thief, at: start + dayMs + 7_000 }),
    ]);
    expect(judged.slice(1, 7).map((each) => each.judged)).toEqual(Array(6).fill(null));
    expect(reasonsOf(judged[7]!)).toContain('subject_failures');
  });

  it('says the same of the same stream', async () => {
    const stream = [login(0), login(1), login(2, thief), login(3)];
    expect(await judge(stream)).toEqual(await judge(stream));
  });

  it('ranks by the points before they are cut at 100', () => {
    const finding = (reason: string, points: number) => ({ reason, points, detail: {} });
    expect(pointsOf([finding('a', 70), finding('b', 60), finding('score_clamped', -30)])).toBe(130);
  });
});
