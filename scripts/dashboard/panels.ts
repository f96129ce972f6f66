import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
  type DataSourceRef,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** What every panel asks; the uid is that of the provisioned data source. */
const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: 'prometheus' };

/** Rows of Grafana's grid, which has 24 columns. */
const STAT_HEIGHT = 5;
const GRAPH_HEIGHT = 8;

interface PanelOptions {
  title: string;
  description: string;
  /** One of `@grafana/grafana-foundation-sdk/units`. */
  unit: string;
  /** PromQL by what its series are called: `{{arm}}` is the value of a label. */
  queries: Record<string, string>;
  /** Columns. */
  width: number;
}

interface StatOptions extends PanelOptions {
  /** Red from a value on, or below it; else green. */
  alarm?: { from: number } | { below: number };
}

interface GraphOptions extends PanelOptions {
  /** Series lie upon each other. */
  stacked?: boolean;
}

/** The latest value. */
export function stat({ alarm, ...options }: StatOptions): Builder<Panel> {
  const builder = common(new StatBuilder(), options)
    .height(STAT_HEIGHT)
    .min(0)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  return alarm ? builder.thresholds(thresholds(alarm)) : builder;
}

/** Values over time. */
export function graph({ stacked = false, ...options }: GraphOptions): Builder<Panel> {
  const builder = common(new TimeseriesBuilder(), options)
    .height(GRAPH_HEIGHT)
    .min(0)
    .legend(new VizLegendOptionsBuilder().showLegend(true));
  return stacked
    ? builder.fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    : builder.fillOpacity(8);
}

/**
 * The labels of a query's series as columns, and their value as one more.
 * @param value what it is called
 */
export function table(value: string, options: PanelOptions): Builder<Panel> {
  const builder = common(new TableBuilder(), options).height(STAT_HEIGHT);
  const organize = { excludeByName: { Time: true }, renameByName: { Value: value } };
  return builder
    .targets(targetsOf(options).map((target) => target.format(PromQueryFormat.Table).instant()))
    .withTransformation({ id: 'organize', options: organize });
}

function common<Any extends StatBuilder | TimeseriesBuilder | TableBuilder>(builder: Any, options: PanelOptions): Any {
  builder
    .title(options.title)
    .description(options.description)
    .unit(options.unit)
    .datasource(PROMETHEUS)
    .span(options.width)
    .targets(targetsOf(options));
  return builder;
}

const targetsOf = ({ queries }: PanelOptions): DataqueryBuilder[] =>
  Object.entries(queries).map(([legend, expression], index) =>
    new DataqueryBuilder()
      .refId(String.fromCodePoint(65 + index)) // A, B, C …
      .datasource(PROMETHEUS)
      .expr(expression)
      .legendFormat(legend),
  );

const thresholds = (alarm: { from: number } | { below: number }): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(
    'from' in alarm
      ? [
          { value: null, color: 'green' },
          { value: alarm.from, color: 'red' },
        ]
      : [
          { value: null, color: 'red' },
          { value: alarm.below, color: 'green' },
        ],
  );
