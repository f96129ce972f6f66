import type { Histogram, MetricValueWithName, Registry } from 'prom-client';

/** What a histogram is called and how fine it is. */
export interface HistogramOptions {
  name: string;
  help: string;
  /** Upper bounds, ascending. */
  buckets: number[];
}

export type Observe = (value: number) => void;
type Labels = Record<string, string | number>;

interface Series {
  labels: Labels;
  /** Values by the first bucket that takes them; the last one takes the rest. */
  counts: Float64Array;
  sum: number;
}

function observeIn(series: Series, buckets: number[]): Observe {
  const { counts } = series;
  return (value) => {
    let bucket = 0;
    while (bucket < buckets.length && value > (buckets[bucket] ?? 0)) bucket++;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    series.sum += value;
  };
}

/** Each bucket counts what lies in those before it, too. */
function valuesOf({ labels, counts, sum }: Series, { name, buckets }: HistogramOptions): MetricValueWithName<string>[] {
  let count = 0;
  const cumulated = [...counts].map((value, bucket) => {
    count += value;
    const le = buckets[bucket] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  return [
    ...cumulated,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/**
 * A histogram in a registry of prom-client, whose own finds its series anew by its labels for each
 * value: that costs more than a microsecond, and a request is worth several values.
 * @returns a way to start a series and observe into it
 */
export function createHistogram(register: Registry, options: HistogramOptions): (labels?: Labels) => Observe {
  const all: Series[] = [];
  const { name, help, buckets } = options;
  const get = () => ({ name, help, type: 'histogram', values: all.flatMap((series) => valuesOf(series, options)) });
  // Of a metric, a registry uses its name and this.
  register.registerMetric({ name, get } as unknown as Histogram);
  return (labels = {}) => {
    const series = { labels, counts: new Float64Array(buckets.length + 1), sum: 0 };
    all.push(series);
    return observeIn(series, buckets);
  };
}
