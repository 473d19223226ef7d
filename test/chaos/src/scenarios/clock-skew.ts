import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { login, type Api, type Check, type EngineProcess } from '@stepgate/testing';
import type { DecisionRequest } from '@stepgate/contracts';
import { count, decisionIn, equal, isLimited, none } from '../redis/answers.js';
import { onStage, type Stage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const library = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib64/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

/** Only the wall clock lies: timers go on as they should, as on a machine that is set wrong. */
const skewed = (preload: string, offset: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: preload,
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});

const policy = `stepgate: v1
policy: skew
limits:
  - { name: attempts, per: subject, max: 5, window: 10m, decision: deny }
push_fatigue:
  count: [denied]
  window: 1h
  rungs:
    - { at: 3, forbid: [push] }
`;

const addresses = ['77.161.224.17', '81.2.69.142', '52.95.110.1', '185.220.101.1'];

type Step =
  | { readonly kind: 'decide'; readonly body: DecisionRequest }
  | {
      readonly kind: 'event';
      readonly type: 'push_denied' | 'login_succeeded' | 'login_failed';
      readonly id: string;
    };

const planOf = (steps: number, random: () => number): Step[] =>
  Array.from({ length: steps }, () => {
    const id = `user-${String(Math.floor(random() * (steps / 12)))}`;
    const ip = addresses[Math.floor(random() * addresses.length)] ?? '';
    const device = random() < 0.5 ? 'laptop' : 'phone';
    if (random() < 0.7) return { kind: 'decide', body: login(id, { ip, device }) };
    const type = (['push_denied', 'login_succeeded', 'login_failed'] as const)[
      Math.floor(random() * 3)
    ];
    return { kind: 'event', type: type ?? 'login_failed', id };
  });

/** What must not depend on anybody's clock. */
interface Judged {
  readonly text: string;
  readonly limited: boolean;
  readonly expiresInMs: number;
}

const play = async (api: Api, step: Step): Promise<Judged | null> => {
  if (step.kind === 'event') {
    const subject = { type: 'user', id: step.id };
    const context = { ip: addresses[0], device: { id: 'laptop' } };
    await api.post('/v1/events', { id: randomUUID(), type: step.type, subject, context });
    return null;
  }
  const answer = await api.post('/v1/decisions', step.body);
  const decision = decisionIn(answer);
  const reasons = decision?.reasons.map(({ code, points }) => [code, points]);
  const { decision: outcome, risk, step_up, policy: governing, degraded } = decision ?? {};
  return {
    text: JSON.stringify([outcome, risk, step_up, governing?.rule, degraded, reasons]),
    limited: isLimited(answer),
    expiresInMs: Date.parse(decision?.expires_at ?? '') - Date.now(),
  };
};

/** The same steps in the same order, the engines in turn, on a state of their own. */
const playPlan = async (
  stage: Stage,
  plan: readonly Step[],
  clocks: readonly Readonly<Record<string, string>>[],
): Promise<Judged[]> => {
  const redis = await stage.redis();
  const deployment = await stage.deployment(redis.url, await stage.policies({ policy }));
  const engines: EngineProcess[] = [];
  for (const env of clocks) engines.push(await stage.engine(deployment, { env }));
  const apis = engines.map((engine) => stage.api(engine, deployment));
  const judged: Judged[] = [];
  for (const [n, step] of plan.entries()) {
    const api = apis[n % apis.length];
    const result = api === undefined ? null : await play(api, step);
    if (result !== null) judged.push(result);
  }
  return judged;
};

const compare = (
  { log }: ChaosContext,
  plain: readonly Judged[],
  other: readonly Judged[],
): Check[] => {
  const differing = plain.filter(({ text }, n) => text !== other[n]?.text);
  for (const { text } of differing.slice(0, 3)) log(`differs: ${text}`);
  const limited = count(plain, (one) => one.limited);
  const outlived = count(other, ({ expiresInMs }) => !(expiresInMs > 0 && expiresInMs < 600_000));
  log(`${String(plain.length)} decisions each, ${String(limited)} of them limited`);
  return [
    none('decisions that differ', differing.length),
    equal(
      'limited',
      count(other, (one) => one.limited),
      limited,
    ),
    none('decisions with another end', outlived),
  ];
};

export const clockSkew: Scenario = {
  name: 'clock-skew',
  promise: 'engines whose clocks are ten minutes apart decide as if they agreed',
  limitSeconds: 120,
  run: (context) =>
    onStage(async (stage) => {
      if (library === undefined) {
        context.log('skipped: no libfaketime here (`make faketime` installs it, on Linux)');
        return [{ name: 'can be played', value: 'no libfaketime', target: 'skipped', holds: true }];
      }
      const plan = planOf(context.quick ? 300 : 2_000, context.random);
      const plain = await playPlan(stage, plan, [{}, {}]);
      const clocks = [skewed(library, '+10m'), skewed(library, '-10m')];
      return compare(context, plain, await playPlan(stage, plan, clocks));
    }),
};
