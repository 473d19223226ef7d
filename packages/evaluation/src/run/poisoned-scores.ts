import type { SyntheticLogin } from '../login.js';
import type { DecisionPoint } from '../replay/decision-point.js';
import { pointsOf } from '../replay/replay-logins.js';
import { decisionRequest, failedEvent } from '../replay/requests.js';
import { application } from './settings.js';

const failuresBetween = 20;
const secondMs = 1_000;

/**
 * An attempt of each attacker, twenty failures from the same place, and the attempt again: how many
 * scored lower after the failures than before. Seconds apart, so that nothing else has changed.
 *
 * @param point that has replayed the stream of these attempts.
 */
export const countLoweredByFailures = async (
  attempts: readonly SyntheticLogin[],
  point: DecisionPoint,
  start: number,
): Promise<number> => {
  let lowered = 0;
  for (const [index, attempt] of attempts.entries()) {
    const at = start + index * (failuresBetween + 2) * secondMs;
    const score = async (when: number): Promise<number> => {
      const body = decisionRequest({ ...attempt, at: when }, { application, token: null });
      return pointsOf((await point.decide(body, when)).findings);
    };
    const before = await score(at);
    for (let n = 1; n <= failuresBetween; n += 1) {
      const failed = { ...attempt, at: at + n * secondMs };
      // Ids of their own, beyond those of the stream.
      const event = failedEvent(failed, index * failuresBetween + n);
      await point.record({ ...event, id: `poison-${event.id}` }, failed.at);
    }
    if ((await score(at + (failuresBetween + 1) * secondMs)) < before) lowered += 1;
  }
  return lowered;
};
