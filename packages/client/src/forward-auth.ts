import { challengeFor } from './challenge.js';
import type { Enforcement } from './enforcement.js';

/**
 * Every header that a forward-auth answer promises, always all of them: Caddy 2.6 sends the literal
 * placeholder text upstream for a copied header that is missing, and a proxy that copies only what
 * is there lets the client's own header through.
 */
export const riskHeaders = [
  'x-risk-decision',
  'x-risk-score',
  'x-risk-level',
  'x-decision-id',
  'x-risk-marks',
] as const;
export type RiskHeaders = Readonly<Record<(typeof riskHeaders)[number], string>>;

const none = 'none';

export const noRiskHeaders: RiskHeaders = {
  'x-risk-decision': none,
  'x-risk-score': none,
  'x-risk-level': none,
  'x-decision-id': none,
  'x-risk-marks': none,
};

/** `none` for what is not known: a score without an engine would be an invention. */
export const riskHeadersOf = ({ outcome, decision, marks }: Enforcement): RiskHeaders => ({
  'x-risk-decision': outcome,
  'x-risk-score': decision?.risk.score.toString() ?? none,
  'x-risk-level': decision?.risk.level ?? none,
  'x-decision-id': decision?.decision_id ?? none,
  'x-risk-marks': marks.length === 0 ? none : marks.join(','),
});

export interface ForwardAuthAnswer {
  /** nginx makes a 500 of anything else; 503 is for a question that cannot be understood or asked. */
  readonly status: 200 | 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer to nginx `auth_request`, Caddy `forward_auth`, Traefik ForwardAuth. Exactly 200 allows. */
export const encodeForwardAuth = (enforcement: Enforcement): ForwardAuthAnswer => {
  const headers = { ...riskHeadersOf(enforcement), 'cache-control': 'no-store' };
  switch (enforcement.outcome) {
    case 'allow':
      return { status: 200, headers };
    case 'step_up':
      return {
        status: 401,
        headers: { ...headers, 'www-authenticate': challengeFor(enforcement.stepUp) },
      };
    case 'deny':
      return { status: 403, headers };
  }
};
