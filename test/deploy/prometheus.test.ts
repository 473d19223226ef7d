import { alertKinds } from '@stepgate/assessment';
import { alertSeverities } from '@stepgate/engine';
import { createMetrics } from '@stepgate/telemetry';
import { spawnSync } from 'node:child_process';
import { readCompose } from './compose-model.js';
import { labelsOfSeries, readMetricsTable } from './metrics-table.js';
import { describeWith, run } from './programs.js';
import { readAlertingRules, readRules, ruleFiles, ruleTestFiles } from './prometheus-model.js';
import { parsePromql } from './promql.js';
import { inRepository, readText, readYaml } from './repository.js';

const directory = inRepository('infra/prometheus');
const rules = readRules();
const alertingRules = readAlertingRules();
const table = readMetricsTable();
const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
const scrapeLabels = ['job', 'instance'];
/** Prometheus's own, and what every process tells of itself. */
const commonMetrics = ['up', 'process_start_time_seconds'];

/** `level:metric:operation`; the level is the list of labels that are left. */
const recordName = /^(?<level>[a-z_]+):(?<metric>stepgate_[a-z_]+):[a-z0-9_]+$/;

describe('Prometheus rules', () => {
  it.each(rules.map(({ expr }) => expr))('parses %s', (expr) => {
    expect(parsePromql(expr).valid).toBe(true);
  });

  it('read only metrics and labels that exist, or that another rule records', () => {
    const unknown = rules.flatMap(({ expr }) =>
      parsePromql(expr).selectors.flatMap(({ metric, matchers }) => {
        if (commonMetrics.includes(metric)) return [];
        const level = recordName.exec(metric)?.groups?.['level'];
        if (level !== undefined) {
          const matched = [...matchers.keys()].filter((label) => !level.split('_').includes(label));
          return recorded.has(metric) ? matched : [metric];
        }
        const labels = labelsOfSeries(table, metric);
        if (labels === null) return [metric];
        return [...matchers.keys()].filter(
          (label) => ![...labels, ...scrapeLabels].includes(label),
        );
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('record under level:metric:operation', () => {
    expect([...recorded].filter((name) => !recordName.test(name))).toEqual([]);
    expect(recorded.size).toBeGreaterThan(0);
  });
});

/** As GitHub makes anchors of headings. */
const anchorsOf = (markdown: string): Set<string> =>
  new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map((match) =>
      match[1]!
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );

describe('alert rules', () => {
  it.each(alertingRules)('$alert says how bad it is, what happened and what to do', (rule) => {
    const { labels, annotations } = rule;
    expect(['critical', 'warning']).toContain(labels['severity']);
    expect(annotations['summary']).toMatch(/^.{20,}\.$/);
    const [file, anchor] = annotations['runbook_url']!.split('#');
    expect(anchorsOf(readText(file!))).toContain(anchor);
  });

  it('have a section each in the runbook, which has no other, and its links work', () => {
    const runbook = readText('docs/runbook.md');
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(sections.sort()).toEqual(alertingRules.map(({ alert }) => alert).sort());
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]!);
    const anchors = anchorsOf(runbook);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });

  it('each have a unit test that sees them fire', () => {
    const fired = ruleTestFiles().flatMap((file) => {
      const { tests } = readYaml(`infra/prometheus/${file}`) as {
        tests: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[];
      };
      return tests
        .flatMap(({ alert_rule_test: alerts = [] }) => alerts)
        .filter(({ exp_alerts: expected }) => expected.length > 0)
        .map(({ alertname }) => alertname);
    });
    expect([...new Set(fired)].sort()).toEqual(alertingRules.map(({ alert }) => alert).sort());
  });
});

describe('an alert worker that has just started', () => {
  const scrape = async (start: string): Promise<string[]> => {
    const text = await createMetrics({ service: 'alert-worker' }).registry.metrics();
    return text.split('\n').filter((line) => line.startsWith(start));
  };

  it('tells of no alerts of each kind, so that the first one is an increase', async () => {
    const none = alertKinds.flatMap((kind) =>
      alertSeverities.map(
        (severity) => `stepgate_alerts_total{kind="${kind}",severity="${severity}"} 0`,
      ),
    );
    expect(await scrape('stepgate_alerts_total{')).toEqual(none);
  });

  it('tells that no alert is open, for as long as it runs', async () => {
    expect(await scrape('stepgate_alerts_open')).toEqual(['stepgate_alerts_open 0']);
  });

  it('tells when its process started', async () => {
    expect(await scrape('process_start_time_seconds')).toEqual([expect.stringMatching(/ \d+$/)]);
  });
});

describe('the scrape configuration', () => {
  const { scrape_configs: jobs } = readYaml('infra/prometheus/prometheus.yml') as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };

  it('has one job for each service, where it serves metrics, under the name that the alerts expect', () => {
    const { services } = readCompose();
    const own = Object.entries(services).filter(([, { build }]) => build !== undefined);
    const expected = own.map(([name, { environment = {} }]) => {
      const { STEPGATE_OPERATIONS_PORT: apart, STEPGATE_PORT: shared } = environment;
      return { job_name: `stepgate-${name}`, targets: [`${name}:${apart ?? shared ?? ''}`] };
    });
    const scraped = jobs.map(({ job_name, static_configs: configs }) => ({
      job_name,
      targets: configs.flatMap(({ targets }) => targets),
    }));
    expect(scraped).toEqual(expected);
  });
});

describeWith('promtool', 'promtool', () => {
  const promtool = (...args: string[]): void => {
    const { code, output } = run('promtool', args, directory);
    if (code !== 0) throw new Error(output);
  };

  it('accepts the configuration', () => {
    promtool('check', 'config', '--lint=all', 'prometheus.yml');
  });

  it('accepts the rules, lint included', () => {
    promtool('check', 'rules', '--lint=all', '--lint-fatal', ...ruleFiles());
  });

  it('passes the unit tests of the rules', () => {
    promtool('test', 'rules', ...ruleTestFiles());
  });

  it.each(['risk-engine', 'gateway', 'alert-worker'] as const)(
    'finds nothing to criticise in the metrics of the %s',
    async (service) => {
      const scrape = await createMetrics({ service }).registry.metrics();
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input: scrape,
        encoding: 'utf8',
      });
      expect(`${String(status)} ${stdout}${stderr}`).toBe('0 ');
      expect(scrape).toContain('stepgate_build_info');
    },
  );
});
