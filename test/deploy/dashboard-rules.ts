import {
  panelsOf,
  type DashboardModel,
  type PanelModel,
  type VariableModel,
} from './dashboard-model.js';
import { parsePromql, rateInterval, type Promql, type Selector } from './promql.js';

/** What a rule finds wrong; nothing when the dashboard keeps to it. */
export type DashboardRule = (dashboard: DashboardModel) => string[];

const titledKinds = new Set(['stat', 'singlestat', 'graph', 'table', 'timeseries', 'gauge']);
const knownUnits = new Set(['s', 'ms', 'reqps', 'ops', 'short', 'percentunit', 'bytes', 'none']);
const rateLike = new Set(['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv']);
const counterFunctions = new Set(['rate', 'irate', 'increase']);

const variableNamed = (dashboard: DashboardModel, name: string): VariableModel | undefined =>
  dashboard.templating.list.find((variable) => variable.name === name);

const panelRule =
  (check: (panel: PanelModel) => boolean): DashboardRule =>
  (dashboard) =>
    panelsOf(dashboard)
      .filter((panel) => !check(panel))
      .map((panel) => panel.title ?? panel.type);

const queryRule =
  (check: (promql: Promql) => boolean): DashboardRule =>
  (dashboard) =>
    panelsOf(dashboard)
      .flatMap((panel) => panel.targets ?? [])
      .map(({ expr }) => expr)
      .filter((expr) => !check(parsePromql(expr)));

const selectorRule = (check: (selector: Selector) => boolean): DashboardRule =>
  queryRule(({ selectors }) => selectors.every(check));

const choiceRule =
  (name: string): DashboardRule =>
  (dashboard) => {
    const variable = variableNamed(dashboard, name);
    if (variable === undefined) return [`no variable ${name}`];
    const { label, type, multi, allValue, datasource } = variable;
    const kept =
      label === name &&
      type === 'query' &&
      multi &&
      allValue === '.+' &&
      datasource?.uid === '$datasource';
    return kept ? [] : [name];
  };

const labelValues = /^label_values\((?:(?<selector>.+),\s*)?(?<label>[a-z_]+)\)$/;

const queryVariables = (dashboard: DashboardModel): VariableModel[] =>
  dashboard.templating.list.filter(({ type }) => type === 'query');

/** The rules of Grafana's dashboard-linter, by its names; it cannot run without a Go machine. */
export const dashboardRules: Readonly<Record<string, DashboardRule>> = {
  'template-datasource-rule': (dashboard) => {
    const sources = dashboard.templating.list.filter(({ type }) => type === 'datasource');
    const [only] = sources;
    const kept =
      sources.length === 1 && only?.name === 'datasource' && only.label === 'Data source';
    return kept ? [] : sources.map(({ name }) => name).concat('not exactly one');
  },
  'template-job-rule': choiceRule('job'),
  'template-instance-rule': choiceRule('instance'),
  'template-label-promql-rule': (dashboard) =>
    queryVariables(dashboard)
      .map(({ query }) => query)
      .filter((query) => {
        const selector = labelValues.exec(query)?.groups?.['selector'];
        return selector === undefined || !parsePromql(selector).valid;
      }),
  'template-on-time-change-reload-rule': (dashboard) =>
    queryVariables(dashboard)
      .filter(({ refresh }) => refresh !== 2)
      .map(({ name }) => name),
  'panel-datasource-rule': panelRule(
    (panel) =>
      panel.datasource?.uid === '$datasource' &&
      (panel.targets ?? []).every(({ datasource }) => datasource.uid === '$datasource'),
  ),
  'panel-title-description-rule': panelRule(
    ({ type, title, description }) =>
      !titledKinds.has(type) || ((title ?? '') !== '' && (description ?? '') !== ''),
  ),
  'panel-units-rule': panelRule(({ type, fieldConfig }) => {
    const { unit = '', mappings = [] } = fieldConfig?.defaults ?? {};
    return !titledKinds.has(type) || knownUnits.has(unit) || mappings.length > 0;
  }),
  'panel-no-targets-rule': panelRule((panel) => (panel.targets ?? []).length > 0),
  'target-promql-rule': queryRule(({ valid }) => valid),
  'target-rate-interval-rule': selectorRule(({ range, caller }) => {
    if (range === null) return true;
    const isRate = rateLike.has(caller ?? '');
    return isRate === (range === rateInterval);
  }),
  'target-job-rule': selectorRule(({ matchers }) => matchers.get('job') === '=~"$job"'),
  'target-instance-rule': selectorRule(
    ({ matchers }) => matchers.get('instance') === '=~"$instance"',
  ),
  'target-counter-agg-rule': selectorRule(
    ({ metric, caller }) => !metric.endsWith('_total') || counterFunctions.has(caller ?? ''),
  ),
  'uneditable-dashboard': (dashboard) => (dashboard.editable ? ['editable'] : []),
};
