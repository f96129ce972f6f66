/** How often each latency was seen, within half a percent: counts by bucket, `[bucket, count]`. */
export type Histogram = [number, number][];

/** Each bucket is that much wider than the one before. */
const GROWTH = Math.log(1.01);
/** Milliseconds; what is faster counts as this. */
const LEAST = 0.001;

/** Counts latencies as they come. */
export interface Counter {
  /** @param milliseconds of one request */
  add(milliseconds: number): void;
  result(): Histogram;
}

export function createCounter(): Counter {
  const counts = new Map<number, number>();
  return {
    add(milliseconds) {
      const bucket = Math.round(Math.log(Math.max(milliseconds, LEAST) / LEAST) / GROWTH);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    },
    result: () => [...counts],
  };
}

/** All counts of some histograms in one. Pure. */
export function merge(histograms: Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const [bucket, count] of histograms.flat()) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return [...counts];
}

/**
 * The latency in milliseconds that a share of the requests did not exceed; NaN where there were none. Pure.
 * @param share from 0 to 1: 0.99 for p99
 */
export function percentile(histogram: Histogram, share: number): number {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  let rest = Math.ceil(share * total);
  for (const [bucket, count] of histogram.toSorted(([one], [other]) => one - other)) {
    rest -= count;
    if (rest <= 0) return LEAST * Math.exp(bucket * GROWTH);
  }
  return Number.NaN;
}
