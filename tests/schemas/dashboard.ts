// A dashboard as Grafana's own packages type it, with the values that JSON has for their enums.

import type {
  AnnotationQuery,
  Dashboard as Model,
  FieldConfig,
  FieldConfigSource,
  Panel as AnyPanel,
  RowPanel,
  VariableModel,
} from "@grafana/schema";
import type * as barGauge from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type * as gauge from "@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen";
import type * as heatmap from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as stateTimeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as text from "@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen";
import type * as timeSeries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
// The last version in which there is a type for the queries of Prometheus.
import type { PrometheusDataQuery } from "prometheus-query/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen";

// No string is of an enum's type, not even the one that it has in JSON.
type Json<T> = T extends string
  ? `${T}`
  : T extends object
    ? { [Key in keyof T]: Json<T[Key]> }
    : T;

type Required<T, Key extends keyof T> = Omit<T, Key> & { [K in Key]-?: NonNullable<T[K]> };

// The published types let a panel's own fields be anything beside those that they name.
type Fields<Custom> = Omit<FieldConfigSource, "defaults"> & {
  defaults: Omit<FieldConfig, "custom"> & { custom?: Custom };
};

type Query = PrometheusDataQuery & { interval?: string };

type Described = Required<
  Omit<AnyPanel, "fieldConfig" | "options" | "targets" | "type">,
  "datasource" | "description" | "gridPos" | "id" | "title"
>;

type Drawn<Type, Options, Custom = Record<string, never>> = Described & {
  type: Type;
  options: Options;
  fieldConfig: Fields<Custom>;
  targets: [Query, ...Query[]];
};

type Text = Omit<Described, "datasource"> & { type: "text"; options: text.Options };

type Panel =
  | Drawn<"bargauge", barGauge.Options>
  | Drawn<"gauge", gauge.Options>
  | Drawn<"heatmap", heatmap.Options, heatmap.FieldConfig>
  | Drawn<"stat", stat.Options>
  | Drawn<"state-timeline", stateTimeline.Options, stateTimeline.FieldConfig>
  | Drawn<"table", table.Options, Partial<table.FieldConfig>>
  | Drawn<"timeseries", timeSeries.Options, timeSeries.FieldConfig>
  | Text;

type Row = Omit<RowPanel, "panels"> & { panels: Panel[] };

// Grafana writes `definition` too, which is in no published type.
type Variable = Omit<VariableModel, "query"> & {
  definition?: string;
  query: string | { query: string; refId: string; qryType?: number };
};

// The rest of these the data source of Prometheus reads.
type Annotation = AnnotationQuery<Query> & {
  tagKeys?: string;
  textFormat?: string;
  titleFormat?: string;
  useValueForTime?: boolean;
};

type Whole = Required<
  Omit<Model, "annotations" | "panels" | "schemaVersion" | "templating">,
  "description" | "refresh" | "time" | "title" | "uid"
> & {
  schemaVersion: 42;
  annotations: { list: Annotation[] };
  panels: (Panel | Row)[];
  templating: { list: Variable[] };
};

export type Dashboard = Json<Whole>;
