/** Why a replay cannot go on, in words for the one who asked for it. */
export class ReplayProblem extends Error {
  override readonly name = 'ReplayProblem';
  readonly code = 'replay';
}
