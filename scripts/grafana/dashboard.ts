import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { buildPanel, datasource, type RowSpec } from './panel.js';
import { alertDelivery } from './panels/alert-delivery.js';
import { decisions } from './panels/decisions.js';
import { events } from './panels/events.js';
import { gateway } from './panels/gateway.js';
import { pushFatigue } from './panels/push-fatigue.js';
import { reasons } from './panels/reasons.js';
import { state } from './panels/state.js';

const rows: readonly RowSpec[] = [
  decisions,
  reasons,
  pushFatigue,
  alertDelivery,
  events,
  gateway,
  state,
];

/** A choice of targets; all of them at first. */
const choice = (name: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(name)
    .datasource(datasource)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: 'All', value: '$__all' });

/* eslint-disable @typescript-eslint/no-deprecated -- The successor's format is not what file provisioning of Grafana 12 reads by default. */
/** Change this, not the JSON: `npm run grafana:build` writes it, and a test compares the two. */
export const createDashboard = (): Dashboard => {
  const builder = new DashboardBuilder('stepgate')
    .uid('stepgate')
    .description('Decisions, their reasons, and what keeps them from being made.')
    .tags(['stepgate'])
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .withVariable(choice('job', 'label_values(stepgate_build_info, job)'))
    .withVariable(choice('instance', 'label_values(stepgate_build_info{job=~"$job"}, instance)'));
  let id = 0;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id((id += 1)));
    for (const panel of row.panels) builder.withPanel(buildPanel(panel, (id += 1)));
  }
  return builder.build();
};
