import type { AssessmentObserver } from '@stepgate/assessment';
import {
  absent,
  observed,
  unavailable,
  type Decision,
  type Evidence,
  type Policy,
} from '@stepgate/engine';
import { createAssessmentObserver, createLog, createMetrics } from '../src/index.js';

const planted = { user: 'alice@planted.example', ip: '203.0.113.77', agent: 'PlantedBrowser/1.0' };

const evidence: Evidence = {
  attempt: {
    tenant: 'acme',
    subject: { type: 'user', id: planted.user, properties: {} },
    action: { name: 'login', properties: {} },
    resource: { type: 'application', id: 'payroll', properties: {} },
    context: { ip: planted.ip, user_agent: planted.agent },
    groups: [],
    authenticators: ['push'],
  },
  address: observed(planted.ip),
  network: absent,
  geo: unavailable('not loaded'),
  reputation: observed(['tor']),
  userAgent: absent,
  device: absent,
  history: absent,
  familiarity: absent,
  subjectFailures: absent,
  subjectSources: absent,
  source: absent,
  push: absent,
  limits: observed([
    { name: 'attempts', per: 'subject', max: 5, windowMs: 1, count: 5, exceeded: true },
    { name: 'burst', per: 'source', max: 9, windowMs: 1, count: 2, exceeded: false },
  ]),
  lock: observed(null),
  credentialBreachedAt: observed(null),
  accountRiskAt: observed(null),
};

const decision: Decision = {
  outcome: 'deny',
  score: 62,
  level: 'high',
  findings: [
    { reason: 'ip_listed', points: 35, detail: { categories: ['tor'] } },
    { reason: 'unmanaged_admin', points: 27, detail: { signal: 'policy' } },
  ],
  stepUp: null,
  rule: 'level:high',
  degraded: ['geo'],
};

const policyNamed = (name: string, shadow: boolean): Policy =>
  ({ name, version: 'sha256:1', shadow }) as Policy;

const observe = (): {
  observer: AssessmentObserver;
  lines: string[];
  scrape: () => Promise<string>;
} => {
  const lines: string[] = [];
  const metrics = createMetrics({ service: 'risk-engine' });
  const log = createLog({
    service: 'risk-engine',
    destination: { write: (line) => lines.push(line) },
  });
  return {
    observer: createAssessmentObserver(metrics, log),
    lines,
    scrape: () => metrics.registry.metrics(),
  };
};

const decided = { decision, evidence, decisionId: 'd-1', subject: 'p5eud0nym', durationMs: 3.25 };

describe('assessment observer', () => {
  it('counts the decision, its findings, the state of each signal and exceeded limits', async () => {
    const { observer, scrape } = observe();
    observer.decided({ ...decided, policy: policyNamed('workforce', false) });
    const text = await scrape();
    for (const line of [
      'stepgate_decisions_total{outcome="deny",level="high",policy="workforce",degraded="true"} 1',
      'stepgate_findings_total{reason="ip_listed"} 1',
      'stepgate_findings_total{reason="policy"} 1',
      'stepgate_signals_total{signal="geo",state="unavailable"} 1',
      'stepgate_signals_total{signal="address",state="observed"} 1',
      'stepgate_signals_total{signal="device",state="absent"} 1',
      'stepgate_limits_exceeded_total{limit="attempts"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).not.toContain('limit="burst"');
    expect(text).not.toContain('stepgate_shadow_disagreements_total{');
  });

  it('counts what a shadow policy would have done apart from what was answered', async () => {
    const { observer, lines, scrape } = observe();
    observer.decided({ ...decided, policy: policyNamed('next', true) });
    const text = await scrape();
    expect(text).toContain('stepgate_decisions_total{outcome="allow",level="high",policy="next"');
    expect(text).toContain(
      'stepgate_shadow_disagreements_total{policy="next",enforced="allow",shadow="deny"} 1',
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ outcome: 'allow', shadow_outcome: 'deny' });
  });

  it('writes one line per decision that names the pseudonym and nothing that was sent', () => {
    const { observer, lines } = observe();
    observer.decided({ ...decided, policy: policyNamed('workforce', false) });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/u),
      level: 'info',
      risk_level: 'high',
      service: 'risk-engine',
      decision_id: 'd-1',
      subject: 'p5eud0nym',
      outcome: 'deny',
      score: 62,
      reasons: ['ip_listed', 'unmanaged_admin'],
      policy: 'workforce',
      rule: 'level:high',
      degraded: ['geo'],
      duration_ms: 3.25,
      msg: 'decision',
    });
    for (const value of Object.values(planted)) expect(lines[0]).not.toContain(value);
  });

  it('counts an event once however often it is repeated', async () => {
    const { observer, scrape } = observe();
    const ignored = { type: 'push_ignored', alerts: 0 } as const;
    observer.eventRecorded({ ...ignored, fresh: true, rung: 3 });
    observer.eventRecorded({ ...ignored, fresh: false, rung: null });
    const text = await scrape();
    expect(text).toContain('stepgate_events_total{type="push_ignored"} 1');
    expect(text).toContain('stepgate_push_prompts_total{result="ignored"} 1');
    expect(text).toContain('stepgate_push_rungs_total{rung="3"} 1');
  });
});
