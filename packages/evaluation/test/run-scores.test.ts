import type { SyntheticLogin } from '../src/login.js';
import { measureAblation } from '../src/run/measure-attackers.js';
import { outcomesByLogin, outcomesOf, samplesOf } from '../src/run/samples.js';
import {
  createScoresBuilder,
  pointsByFeature,
  type Part,
  type ScoredLogin,
} from '../src/run/scores.js';

const login = (user: number, by: SyntheticLogin['by']): SyntheticLogin => ({
  at: 0,
  user,
  by,
  passwordRight: true,
  address: '192.0.2.1',
  userAgent: '',
  device: null,
  rttMs: null,
});

interface Told {
  readonly by?: SyntheticLogin['by'];
  readonly part?: Part;
  readonly history?: number;
  readonly points?: number;
  readonly outcome?: ScoredLogin['outcome'];
}

const row = (user: number, told: Told): ScoredLogin => ({
  login: login(user, told.by ?? { kind: 'owner' }),
  history: told.history ?? 1,
  part: told.part ?? 'reported',
  outcome: told.outcome === undefined ? 'allow' : told.outcome,
  impact: 0,
  scores: {
    stepgate: told.points ?? 0,
    stepgate_device: told.points ?? 0,
    reference: null,
    rules_only: 0,
  },
});

const scoresOf = (...rows: readonly ScoredLogin[]) => {
  const builder = createScoresBuilder(1, rows.length);
  for (const each of rows) builder.add(each);
  return builder.build(new Map());
};

const thief: Told['by'] = { kind: 'attacker', name: 'targeted' };

describe('the scores of a seed', () => {
  it('give the samples of a group, without first logins and what no scorer could score', () => {
    const scores = scoresOf(
      row(1, { history: 0, points: 45 }),
      row(1, { history: 1, points: 10 }),
      row(2, { history: 3, points: 20, part: 'warm_up' }),
      row(9, { history: 3, points: 30, part: 'elsewhere' }),
      row(1, { by: thief, points: 60 }),
    );
    const owner = { group: 'owner', scorer: 'stepgate' } as const;
    expect(samplesOf([scores], owner)).toEqual([{ user: 1, score: 10, history: 1, seed: 1 }]);
    expect(samplesOf([scores], { ...owner, wholeTime: true })).toHaveLength(2);
    expect(samplesOf([scores], { ...owner, scorer: 'reference' })).toEqual([]);
    expect(samplesOf([scores], { ...owner, group: 'attacker targeted' })).toHaveLength(1);
    expect(samplesOf([scores], { ...owner, group: 'attacker naive' })).toEqual([]);
  });

  it('count outcomes, first logins among them and wrong passwords not', () => {
    const scores = scoresOf(
      row(1, { history: 0, outcome: 'step_up' }),
      row(2, { history: 0, outcome: 'step_up' }),
      row(1, { history: 1 }),
      row(1, { history: 2, outcome: 'deny', part: 'warm_up' }),
      row(1, { history: 2, outcome: null }),
    );
    expect(outcomesOf([scores], 'owner', true)).toEqual({
      n: 3,
      allow: 1 / 3,
      stepUp: 2 / 3,
      deny: 0,
    });
    expect(outcomesOf([scores], 'owner', false).n).toBe(4);
    expect(outcomesByLogin([scores], 4).map(({ n, stepUp }) => [n, stepUp])).toEqual([
      [2, 1],
      [1, 0],
      [1, 0],
      [0, 0],
    ]);
  });

  it('show what the scorer would be without a feature', () => {
    const scores = {
      ...scoresOf(row(1, { points: 10 }), row(2, { points: 0 }), row(1, { by: thief, points: 10 })),
      features: new Map([
        ['hour_unusual', new Float64Array([10, 0, 0])],
        ['country_unseen', new Float64Array([0, 0, 10])],
      ]),
    };
    const told = measureAblation([scores]).map(({ without, auc }) => [without, auc.targeted]);
    expect(told).toEqual([
      ['country_unseen', 0.25],
      ['hour_unusual', 1],
    ]);
  });

  it('take the likelihood finding apart, and leave the clamp out', () => {
    const points = pointsByFeature({
      outcome: 'step_up',
      score: 100,
      points: 120,
      findings: [
        {
          reason: 'history_unlikely',
          points: 15,
          detail: {
            features: [
              { feature: 'address', points: 10 },
              { feature: 'user_agent', points: 5 },
            ],
          },
        },
        { reason: 'ip_listed', points: 105, detail: {} },
        { reason: 'score_clamped', points: -20, detail: { sum: 120 } },
      ],
    });
    expect([...points]).toEqual([
      ['history_unlikely: address', 10],
      ['history_unlikely: user_agent', 5],
      ['ip_listed', 105],
    ]);
  });
});
