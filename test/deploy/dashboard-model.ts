import { readText } from './repository.js';

export interface PanelModel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly {
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: { readonly uid: string };
  }[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly mappings?: readonly unknown[] };
  };
  readonly panels?: readonly PanelModel[];
}

export interface VariableModel {
  readonly type: string;
  readonly name: string;
  readonly label?: string;
  readonly query: string;
  readonly datasource?: { readonly uid: string };
  readonly multi: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
}

export interface DashboardModel {
  readonly editable: boolean;
  readonly templating: { readonly list: readonly VariableModel[] };
  readonly panels: readonly PanelModel[];
}

export const readDashboard = (): DashboardModel =>
  JSON.parse(readText('infra/grafana/dashboards/stepgate.json')) as DashboardModel;

/** Rows are headings; their panels, if folded into them, count as any other. */
export const panelsOf = (dashboard: Pick<DashboardModel, 'panels'>): PanelModel[] =>
  dashboard.panels.flatMap((panel) =>
    panel.type === 'row' ? panelsOf({ panels: panel.panels ?? [] }) : [panel],
  );

export const expressionsOf = (dashboard: Pick<DashboardModel, 'panels'>): string[] =>
  panelsOf(dashboard).flatMap((panel) => (panel.targets ?? []).map(({ expr }) => expr));
