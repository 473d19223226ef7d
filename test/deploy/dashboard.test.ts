import { readFileSync } from 'node:fs';
import { createDashboard } from '../../scripts/grafana/dashboard.js';
import {
  expressionsOf,
  panelsOf,
  readDashboard,
  type DashboardModel,
  type PanelModel,
} from './dashboard-model.js';
import { dashboardRules } from './dashboard-rules.js';
import { readCompose } from './compose-model.js';
import { labelsOfSeries, readMetricsTable } from './metrics-table.js';
import { parsePromql } from './promql.js';
import { readText, readYaml, sharedDataFile } from './repository.js';

const dashboard = readDashboard();
const table = readMetricsTable();
const scrapeLabels = ['job', 'instance'];

describe('the dashboard', () => {
  it('is what the code in scripts/grafana generates (npm run grafana:build)', () => {
    const generated = `${JSON.stringify(createDashboard(), null, 2)}\n`;
    expect(readText('infra/grafana/dashboards/stepgate.json')).toBe(generated);
  });

  it.each(Object.keys(dashboardRules))('keeps to %s', (name) => {
    expect(dashboardRules[name]!(dashboard)).toEqual([]);
  });

  it('shows only metrics that exist, with labels that they have', () => {
    const unknown = expressionsOf(dashboard).flatMap((expr) => {
      const { selectors, groupings } = parsePromql(expr);
      const known = new Set(scrapeLabels);
      const problems = selectors.flatMap(({ metric, matchers }) => {
        const labels = labelsOfSeries(table, metric);
        if (labels === null) return [metric];
        for (const label of labels) known.add(label);
        const allowed = [...labels, ...scrapeLabels];
        return [...matchers.keys()].filter((label) => !allowed.includes(label));
      });
      return [...problems, ...[...groupings].filter((label) => !known.has(label))];
    });
    expect(unknown).toEqual([]);
  });

  it('names in its legends only labels that the query keeps', () => {
    const lost = panelsOf(dashboard)
      .flatMap((panel) => panel.targets ?? [])
      .flatMap(({ expr, legendFormat }) => {
        const { groupings } = parsePromql(expr);
        const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!);
        return named.filter((label) => !groupings.has(label)).map((label) => `${label} in ${expr}`);
      });
    expect(lost).toEqual([]);
  });

  it('shows every metric of the services', () => {
    const shown = expressionsOf(dashboard)
      .flatMap((expr) => parsePromql(expr).selectors)
      .map(({ metric }) => metric.replace(/_bucket$/, ''));
    expect([...new Set(shown)].sort()).toEqual([...table.keys()].sort());
  });

  it('is found by the provider, whose data source has the type of the variable', () => {
    const { providers } = readYaml('infra/grafana/provisioning/dashboards/stepgate.yaml') as {
      providers: [{ options: { path: string } }];
    };
    const { datasources } = readYaml('infra/grafana/provisioning/datasources/prometheus.yaml') as {
      datasources: [{ type: string; url: string }];
    };
    const { grafana } = readCompose().services;
    const [{ options }] = providers;
    expect(grafana?.volumes).toContain(`./infra/grafana/dashboards:${options.path}:ro`);
    expect(datasources[0]).toMatchObject({ type: 'prometheus', url: 'http://prometheus:9090' });
    const variable = dashboard.templating.list.find(({ type }) => type === 'datasource');
    expect(variable?.query).toBe(datasources[0].type);
  });
});

const withPanel = (change: Partial<PanelModel>): DashboardModel => {
  const [first] = panelsOf(dashboard);
  return { ...dashboard, panels: [{ ...first!, ...change }] };
};
const withQuery = (expr: string): DashboardModel => {
  const [first] = panelsOf(dashboard);
  return withPanel({ targets: [{ ...first!.targets![0]!, expr }] });
};
const withVariable = (name: string, change: object): DashboardModel => ({
  ...dashboard,
  templating: {
    list: dashboard.templating.list.map((variable) =>
      variable.name === name ? { ...variable, ...change } : variable,
    ),
  },
});
const selected = '{job=~"$job", instance=~"$instance"}';

const violations: Readonly<Record<string, DashboardModel>> = {
  'template-datasource-rule': withVariable('datasource', { name: 'source' }),
  'template-job-rule': withVariable('job', { allValue: '.*' }),
  'template-instance-rule': withVariable('instance', { multi: false }),
  'template-label-promql-rule': withVariable('job', { query: 'label_values(up{, job)' }),
  'template-on-time-change-reload-rule': withVariable('job', { refresh: 1 }),
  'panel-datasource-rule': withPanel({ datasource: { type: 'prometheus', uid: 'abc' } }),
  'panel-title-description-rule': withPanel({ description: '' }),
  'panel-units-rule': withPanel({ fieldConfig: { defaults: { unit: 'furlongs' } } }),
  'panel-no-targets-rule': withPanel({ targets: [] }),
  'target-promql-rule': withQuery(`sum by (job (rate(a_total${selected}[5m]))`),
  'target-rate-interval-rule': withQuery(`rate(a_total${selected}[5m])`),
  'target-job-rule': withQuery('up{instance=~"$instance"}'),
  'target-instance-rule': withQuery('up{job=~"$job"}'),
  'target-counter-agg-rule': withQuery(`sum(a_total${selected})`),
  'uneditable-dashboard': { ...dashboard, editable: true },
};

describe('our rules for dashboards', () => {
  it.each(Object.keys(dashboardRules))('%s refuses a dashboard that breaks it', (name) => {
    expect(dashboardRules[name]!(violations[name]!)).not.toEqual([]);
  });

  const rules = sharedDataFile('standards/grafana/dashboard-linter-rules.json');
  const itWithData = rules === null ? it.skip : it;
  itWithData(
    'are all those of dashboard-linter but the ones for Loki (needs the shared data)',
    () => {
      const listed = JSON.parse(readFileSync(rules!, 'utf8')) as { rules: [string, string][] };
      const names = listed.rules.map(([name]) => name).filter((name) => !name.includes('logql'));
      expect(Object.keys(dashboardRules).sort()).toEqual(names.sort());
    },
  );
});
