import { tallyOf } from './ranked-scores.js';
import type { Sample } from './sample.js';
import { totalOf } from './separation.js';

/** False positive rate and true positive rate. */
type RocPoint = readonly [number, number];

const cornersOf = (honest: readonly Sample[], attacks: readonly Sample[]): RocPoint[] => {
  const tally = tallyOf(honest, attacks);
  const [owners, attempts] = [totalOf(tally.honest), totalOf(tally.attacks)];
  const corners: RocPoint[] = [[0, 0]];
  let asked = 0;
  let caught = 0;
  for (let rank = tally.honest.length - 1; rank >= 0; rank -= 1) {
    asked += tally.honest[rank] ?? 0;
    caught += tally.attacks[rank] ?? 0;
    corners.push([asked / owners, caught / attempts]);
  }
  return corners;
};

/** Few honest logins may be asked, so the left end of the curve is what matters: by its logarithm as well. */
const decades = 4;
const progressAt = ([falsePositives, truePositives]: RocPoint): number =>
  falsePositives +
  truePositives +
  Math.max(0, 1 + Math.log10(Math.max(falsePositives, Number.MIN_VALUE)) / decades);

/** The curve from [0, 0] to [1, 1]; empty where a class is. Every point is one that a threshold has. */
export const rocPoints = (
  honest: readonly Sample[],
  attacks: readonly Sample[],
  most = 200,
): readonly RocPoint[] => {
  if (honest.length === 0 || attacks.length === 0) return [];
  const corners = cornersOf(honest, attacks);
  if (corners.length <= most) return corners;
  const step = progressAt([1, 1]) / (most - 1);
  let due = 0;
  const kept = corners.slice(0, -1).filter((corner) => {
    const progress = progressAt(corner);
    if (progress < due) return false;
    due = (Math.floor(progress / step) + 1) * step;
    return true;
  });
  return [...kept, [1, 1]];
};
