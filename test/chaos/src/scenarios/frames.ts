import type { Check } from '@stepgate/testing';
import { ask, keepAlive } from '../http/ask.js';
import { decisionQuestion, loginBody } from '../http/decision-question.js';
import { frameOf } from '../http/frames-corpus.js';
import { sendRaw, statusesIn } from '../http/raw-socket.js';
import { withRig, type Rig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const silenceMs = 3_000;
const atOnce = 16;

interface Tally {
  answered: number;
  closed: number;
  failures: number;
  /** A 2xx for a frame that asks for a decision: somebody else's half of it may have been read as ours. */
  accepted: number;
  left: number;
  healthy: number;
  probes: number;
}

/** The next caller's request must not have been eaten or answered by what was sent before. */
const probe = async ({ engine, deployment }: Rig, tally: Tally): Promise<void> => {
  const agent = keepAlive(1);
  const body = loginBody(`after-frames-${String(tally.probes)}`);
  const { status } = await ask(decisionQuestion(engine.url, deployment.apiKey, body), agent);
  agent.destroy();
  tally.probes += 1;
  if (status === 200) tally.healthy += 1;
};

const sendOne = async (
  { rig, tally }: { readonly rig: Rig; readonly tally: Tally },
  n: number,
  { random, log }: ChaosContext,
): Promise<void> => {
  const { what, bytes } = frameOf(n, rig.deployment.apiKey, random);
  const answer = await sendRaw(Number(new URL(rig.engine.url).port), bytes, silenceMs);
  const statuses = statusesIn(answer);
  if (statuses.length > 0) tally.answered += 1;
  else if (answer.closed) tally.closed += 1;
  else tally.left += 1;
  if (statuses.some((status) => status >= 500)) {
    tally.failures += 1;
    log(`${what}: ${statuses.join(', ')}`);
  }
  if (answer.text.includes('"decision_id"')) {
    tally.accepted += 1;
    log(`${what}: decided`);
  }
};

const none = (name: string, value: number): Check => ({
  name,
  value,
  target: '0',
  holds: value === 0,
});

const run = (context: ChaosContext): Promise<readonly Check[]> =>
  withRig({}, async (rig) => {
    const count = context.quick ? 200 : 1_000;
    const tally = {
      ...{ answered: 0, closed: 0, failures: 0, accepted: 0, left: 0 },
      ...{ healthy: 0, probes: 0 },
    };
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count) {
        const n = next;
        next += 1;
        await sendOne({ rig, tally }, n, context);
        if (n % 10 === 0) await probe(rig, tally);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    context.log(
      `answered ${String(tally.answered)}, closed ${String(tally.closed)} of ${String(count)}`,
    );
    const alive = rig.engine.process.exitCode() === null;
    return [
      none('answers of 5xx', tally.failures),
      none('decisions on a broken frame', tally.accepted),
      none('connections left open without an answer', tally.left),
      none('ordinary requests in between that failed', tally.probes - tally.healthy),
      { name: 'engine still running', value: String(alive), target: 'true', holds: alive },
    ];
  });

export const frames: Scenario = {
  name: 'frames',
  promise: 'broken HTTP frames are refused or cut, and the next caller notices nothing',
  limitSeconds: 240,
  run,
};
