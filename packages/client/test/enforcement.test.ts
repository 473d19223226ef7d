import fc from 'fast-check';
import {
  encodeForwardAuth,
  encodeRefusal,
  enforcementFor,
  failModes,
  riskHeaders,
  unreachableCodes,
  type DecideResult,
  type FailPolicy,
} from '../src/index.js';
import { allow, decisionId, deny, stepUp } from './decisions.js';

const away: DecideResult = {
  kind: 'unreachable',
  cause: { code: 'timeout', status: null, detail: 'no answer in time' },
};

describe('enforcementFor', () => {
  it.each([allow, stepUp, deny])('enforces what was decided: $decision', (decision) => {
    const enforcement = enforcementFor({ kind: 'decided', decision });
    expect(enforcement.outcome).toBe(decision.decision);
    expect(enforcement.decision).toBe(decision);
    expect(enforcement.marks).toEqual([]);
  });

  it('denies a step-up that comes without its terms', () => {
    const decision = { ...stepUp, step_up: null };
    expect(enforcementFor({ kind: 'decided', decision }).outcome).toBe('deny');
  });

  it('marks what was decided without state or under a shadow policy', () => {
    const decision = {
      ...allow,
      degraded: ['state'],
      policy: { ...allow.policy, shadow: true as const },
    };
    expect(enforcementFor({ kind: 'decided', decision }).marks).toEqual(['degraded', 'shadow']);
  });

  it.each<{ fail: FailPolicy | undefined; outcome: string; marks: string[] }>([
    { fail: undefined, outcome: 'step_up', marks: ['engine_unreachable'] },
    {
      fail: { mode: 'step_up', authenticators: ['totp'] },
      outcome: 'step_up',
      marks: ['engine_unreachable'],
    },
    {
      fail: { mode: 'step_up', authenticators: [] },
      outcome: 'deny',
      marks: ['engine_unreachable'],
    },
    {
      fail: { mode: 'step_up', authenticators: ['recovery_code'] },
      outcome: 'deny',
      marks: ['engine_unreachable'],
    },
    {
      fail: { mode: 'deny', authenticators: ['passkey'] },
      outcome: 'deny',
      marks: ['engine_unreachable'],
    },
    {
      fail: { mode: 'allow', authenticators: null },
      outcome: 'allow',
      marks: ['engine_unreachable', 'fail_open'],
    },
  ])('without the engine, $fail gives $outcome', ({ fail, outcome, marks }) => {
    const enforcement = enforcementFor(away, fail);
    expect(enforcement).toMatchObject({ outcome, marks, decision: null });
  });

  it('asks for the authenticators that the subject has, best first, with numbers matched', () => {
    const fail = { mode: 'step_up', authenticators: ['sms', 'passkey', 'recovery_code'] } as const;
    expect(enforcementFor(away, fail)).toMatchObject({
      stepUp: { authenticators: ['passkey', 'sms'], number_matching: true, max_age: 0 },
    });
  });

  it('never allows without a decision, unless that was configured, and then it is marked; never on a forged one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...unreachableCodes),
        fc.constantFrom(...failModes),
        fc.option(fc.subarray(['passkey', 'totp', 'push', 'recovery_code'] as const)),
        (code, mode, authenticators) => {
          const result = {
            kind: 'unreachable',
            cause: { code, status: null, detail: '' },
          } as const;
          const { outcome, marks } = enforcementFor(result, { mode, authenticators });
          const mayAllow = mode === 'allow' && code !== 'forged';
          expect(outcome === 'allow').toBe(mayAllow);
          expect(marks).toContain('engine_unreachable');
          expect(marks.includes('fail_open')).toBe(mayAllow);
          expect(marks.includes('forged')).toBe(code === 'forged');
        },
      ),
    );
  });
});

describe('encodeForwardAuth', () => {
  it.each([
    [200, enforcementFor({ kind: 'decided', decision: allow })],
    [401, enforcementFor({ kind: 'decided', decision: stepUp })],
    [403, enforcementFor({ kind: 'decided', decision: deny })],
    [401, enforcementFor(away)],
    [403, enforcementFor(away, { mode: 'deny', authenticators: null })],
    [200, enforcementFor(away, { mode: 'allow', authenticators: null })],
  ])('answers %d with every promised header', (status, enforcement) => {
    const answer = encodeForwardAuth(enforcement);
    expect(answer.status).toBe(status);
    for (const name of riskHeaders) expect(answer.headers[name]).toMatch(/^[\x21-\x7e]+$/);
    expect('www-authenticate' in answer.headers).toBe(status === 401);
  });

  it('says none for what is not known', () => {
    expect(encodeForwardAuth(enforcementFor(away)).headers).toMatchObject({
      'x-risk-decision': 'step_up',
      'x-risk-score': 'none',
      'x-risk-level': 'none',
      'x-decision-id': 'none',
      'x-risk-marks': 'engine_unreachable',
    });
  });

  it('carries the decision', () => {
    const { headers } = encodeForwardAuth(enforcementFor({ kind: 'decided', decision: allow }));
    expect(headers).toMatchObject({
      'x-risk-decision': 'allow',
      'x-risk-score': '12',
      'x-risk-level': 'low',
      'x-decision-id': decisionId,
      'x-risk-marks': 'none',
    });
  });
});

describe('encodeRefusal', () => {
  it('has nothing to say about an allow', () => {
    expect(encodeRefusal(enforcementFor({ kind: 'decided', decision: allow }))).toBeNull();
  });

  it('tells the owner how to go on', () => {
    const refusal = encodeRefusal(enforcementFor({ kind: 'decided', decision: stepUp }));
    expect(refusal?.headers['www-authenticate']).toContain('acr_values="phr"');
    expect(refusal).toMatchObject({
      status: 401,
      body: {
        status: 401,
        code: 'step_up_required',
        decision_id: decisionId,
        authenticators: ['passkey'],
        number_matching: true,
      },
    });
  });

  it.each([stepUp, deny])(
    'tells an attacker no score, level, reason or policy ($decision)',
    (decision) => {
      const text = JSON.stringify(encodeRefusal(enforcementFor({ kind: 'decided', decision })));
      for (const secret of ['device_unseen', 'workforce', 'level', 'score', '"62"', 'sha256']) {
        expect(text).not.toContain(secret);
      }
    },
  );
});
