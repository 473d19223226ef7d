import { execFileSync, spawnSync } from 'node:child_process';
import { createMetrics } from '../src/index.js';

const linesOf = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(name));

describe('metrics', () => {
  it('counts decisions by outcome, level, policy and degradation', async () => {
    const metrics = createMetrics({ service: 'risk-engine' });
    const decision = { level: 'high', policy: 'workforce', score: 62, durationMs: 4 } as const;
    metrics.decision({ ...decision, outcome: 'step_up', degraded: false });
    metrics.decision({ ...decision, outcome: 'step_up', degraded: false });
    metrics.decision({ ...decision, outcome: 'deny', degraded: true });
    const text = await metrics.registry.metrics();
    expect(linesOf(text, 'stepgate_decisions_total')).toEqual([
      'stepgate_decisions_total{outcome="step_up",level="high",policy="workforce",degraded="false"} 2',
      'stepgate_decisions_total{outcome="deny",level="high",policy="workforce",degraded="true"} 1',
    ]);
    expect(text).toContain(
      'stepgate_decision_duration_seconds_bucket{le="0.005",outcome="step_up"} 2',
    );
    expect(text).toContain('stepgate_risk_score_bucket{le="60"} 0');
    expect(text).toContain('stepgate_risk_score_bucket{le="70"} 3');
  });

  it('does not count twice what an earlier scrape has seen', async () => {
    const metrics = createMetrics({ service: 'risk-engine' });
    metrics.event('push_denied');
    await metrics.registry.metrics();
    metrics.event('push_denied');
    const text = await metrics.registry.metrics();
    expect(text).toContain('stepgate_events_total{type="push_denied"} 2');
    expect(text).toContain('stepgate_push_prompts_total{result="denied"} 2');
    expect(text).toContain('stepgate_push_prompts_total{result="reported"} 0');
  });

  it('folds reasons that a policy defines into one label value', async () => {
    const metrics = createMetrics({ service: 'risk-engine' });
    metrics.finding('ip_listed');
    metrics.finding('unmanaged_admin');
    metrics.finding('constructor');
    const text = await metrics.registry.metrics();
    expect(text).toContain('stepgate_findings_total{reason="ip_listed"} 1');
    expect(text).toContain('stepgate_findings_total{reason="policy"} 2');
  });

  it('stays under 500 series whatever the policies, limits and sources are called', async () => {
    const metrics = createMetrics({ service: 'risk-engine' });
    for (let n = 0; n < 2_000; n += 1) {
      metrics.limitExceeded(`limit-${String(n)}`);
      metrics.finding(`reason-${String(n)}`);
      metrics.redisCommand(`script-${String(n % 12)}`, 1);
      metrics.decision({
        outcome: n % 2 === 0 ? 'allow' : 'step_up',
        level: n % 2 === 0 ? 'low' : 'high',
        policy: `policy-${String(n)}`,
        degraded: false,
        score: 10,
        durationMs: 1,
      });
    }
    const text = await metrics.registry.metrics();
    const own = linesOf(text, 'stepgate_');
    expect(own.length).toBeLessThanOrEqual(500);
    expect(text).toContain('stepgate_limits_exceeded_total{limit="other"}');
  });

  it('replaces the policies in force and reads the age of sources at each scrape', async () => {
    const metrics = createMetrics({ service: 'risk-engine' });
    let age = 10;
    metrics.intelDataAge(() => [{ source: 'geo', ageSeconds: age }]);
    metrics.policiesLoaded([{ name: 'old', version: 'sha256:1' }]);
    metrics.policiesLoaded([{ name: 'workforce', version: 'sha256:2' }]);
    age = 20;
    const text = await metrics.registry.metrics();
    expect(linesOf(text, 'stepgate_policy_info')).toEqual([
      'stepgate_policy_info{policy="workforce",version="sha256:2"} 1',
    ]);
    expect(text).toContain('stepgate_intel_data_age_seconds{source="geo"} 20');
  });

  it('shows queue, outbox and deliveries of the alert worker', async () => {
    const metrics = createMetrics({ service: 'alert-worker' });
    metrics.alert('push_fatigue', 'high');
    metrics.alertDelivery('webhook', 'delivered');
    metrics.outboxLag(1.5);
    metrics.queueJobs({ waiting: 3, failed: 1 });
    metrics.redisUp(true);
    metrics.workerRestarted();
    const text = await metrics.registry.metrics();
    for (const line of [
      'stepgate_alerts_total{kind="push_fatigue",severity="high"} 1',
      'stepgate_alert_deliveries_total{sink="webhook",result="delivered"} 1',
      'stepgate_outbox_lag_seconds 1.5',
      'stepgate_queue_jobs{state="failed"} 1',
      'stepgate_redis_up 1',
      'stepgate_queue_worker_restarts_total 1',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('passes the linter of promtool, where that is installed', async () => {
    if (spawnSync('promtool', ['--version']).error !== undefined) {
      console.warn('promtool is not installed: the metrics were not linted by it');
      return;
    }
    for (const service of ['risk-engine', 'gateway', 'alert-worker'] as const) {
      const text = await createMetrics({ service }).registry.metrics();
      expect(execFileSync('promtool', ['check', 'metrics'], { input: text }).toString()).toBe('');
    }
  });

  it('has no gauge whose name ends like a counter', async () => {
    const text = await createMetrics({ service: 'gateway' }).registry.metrics();
    expect(linesOf(text, '# TYPE').filter((line) => line.endsWith('_total gauge'))).toEqual([]);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toMatch(/stepgate_build_info\{version="\d+\.\d+\.\d+"\} 1/u);
  });
});
