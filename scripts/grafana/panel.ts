import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BigValueTextMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export interface Target {
  readonly expr: string;
  /** Grafana's legend format, such as `{{outcome}}`. */
  readonly legend: string;
}

export interface PanelSpec {
  readonly kind: 'timeseries' | 'stat';
  readonly title: string;
  /** What a reader should conclude from it, and when to worry. */
  readonly description: string;
  readonly unit: 's' | 'ops' | 'reqps' | 'short' | 'percentunit' | 'none';
  /** Of the 24 columns. */
  readonly span: number;
  readonly targets: readonly Target[];
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

/** Every selector follows the variables of the dashboard (dashboard-linter's job and instance rules). */
export const selected = 'job=~"$job", instance=~"$instance"';

/** Per-second rate of a counter, summed by labels. */
export const rateBy = (labels: string, metric: string, matchers = ''): string =>
  `sum by (${labels}) (rate(${metric}{${selected}${matchers}}[$__rate_interval]))`;

export const quantileBy = (labels: string, quantile: number, histogram: string): string =>
  `histogram_quantile(${String(quantile)}, ${rateBy(labels, `${histogram}_bucket`)})`;

export const datasource = { type: 'prometheus', uid: '$datasource' };

const queryOf = ({ expr, legend }: Target, index: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(datasource)
    .expr(expr)
    .legendFormat(legend);

const buildStat = (spec: PanelSpec): StatBuilder =>
  new StatBuilder()
    .height(4)
    .textMode(BigValueTextMode.ValueAndName)
    .targets(spec.targets.map((target, index) => queryOf(target, index).instant()));

const buildTimeseries = (spec: PanelSpec): TimeseriesBuilder =>
  new TimeseriesBuilder()
    .height(8)
    .min(0)
    .fillOpacity(10)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .targets(spec.targets.map((target, index) => queryOf(target, index).range()));

export const buildPanel = (spec: PanelSpec, id: number): Builder<Panel> =>
  (spec.kind === 'stat' ? buildStat(spec) : buildTimeseries(spec))
    .id(id)
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(datasource)
    .span(spec.span);
