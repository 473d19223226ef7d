import { isDeepStrictEqual } from 'node:util';
import type { SyntheticLogin } from '../login.js';
import type { DecisionPoint } from '../replay/decision-point.js';
import { replayLogins, type JudgedLogin } from '../replay/replay-logins.js';
import { application } from './settings.js';

export const judgeStream = async (
  logins: readonly SyntheticLogin[],
  point: DecisionPoint,
  { withDevices }: { readonly withDevices: boolean },
): Promise<readonly JudgedLogin[]> => {
  const judged: JudgedLogin[] = [];
  await replayLogins(logins, point, {
    application,
    withDevices,
    onJudged: (each) => judged.push(each),
  });
  return judged;
};

const inShort = ({ judged }: JudgedLogin): string =>
  judged === null
    ? 'nothing asked'
    : `${judged.outcome}, ${judged.findings.map(({ reason, points }) => `${reason} ${String(points)}`).join(', ')}`;

/** Logins that were judged differently, by all of the answer: outcome, score, findings and their details. */
export const differencesOf = (
  ones: readonly JudgedLogin[],
  others: readonly JudgedLogin[],
): readonly string[] =>
  ones.flatMap((one, index) => {
    const other = others[index];
    if (other !== undefined && isDeepStrictEqual(one.judged, other.judged)) return [];
    const { login } = one;
    const theirs = other === undefined ? 'not judged' : inShort(other);
    return [
      `login ${String(index)}, user ${String(login.user)}, ${new Date(login.at).toISOString()}: ${inShort(one)}; ${theirs}`,
    ];
  });
