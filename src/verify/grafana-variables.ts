import { DURATION_PATTERN, parseDuration } from '../config/units.js';

/** Seconds. Grafana assumes it where a data source has no `timeInterval`. */
export const USUAL_SCRAPE_INTERVAL = 15;
/** About as many as a panel has pixels. */
const DATA_POINTS = 1000;

/** What Grafana derives its variables from; all in seconds. */
export interface Timing {
  /** Between scrapes: the query's own minimum step, or the data source's. */
  scrape: number;
  /** The least between two points of the panel. */
  leastStep: number;
  /** From the beginning to the end of the panel. */
  range: number;
}

/**
 * PromQL as Grafana would send it, which a data source's own API does not do: its variables get
 * the values that Grafana computes. A dashboard's variable stands for "all": `job="$job"` becomes `job=~".*"`.
 */
export function withoutVariables(expression: string, timing: Timing): string {
  const values = valuesOf(timing);
  return expression
    .replaceAll(
      /\$(?:(__\w+)|\{(__\w+)\})/g,
      (text, bare?: string, braced?: string) => values[bare ?? braced ?? ''] ?? text,
    )
    .replaceAll(/=~?\s*"\$(?:\w+|\{\w+(?::\w+)?\})"/g, '=~".*"');
}

/** Grafana's rule: a rate needs four scrapes, so that one that failed leaves enough. */
function valuesOf({ scrape, leastStep, range }: Timing): Record<string, string> {
  const step = Math.max(leastStep, range / DATA_POINTS);
  const rate = Math.max(step + scrape, 4 * scrape);
  return {
    __interval: duration(step),
    __interval_ms: milliseconds(step),
    __rate_interval: duration(rate),
    __rate_interval_ms: milliseconds(rate),
    __range: `${Math.round(range)}s`,
    __range_s: String(Math.round(range)),
    __range_ms: milliseconds(range),
  };
}

const milliseconds = (seconds: number): string => String(Math.round(seconds * 1000));

const duration = (seconds: number): string =>
  Number.isInteger(seconds) ? `${seconds}s` : `${milliseconds(seconds)}ms`;

/** Seconds of a duration such as `5s`; undefined for anything else. */
export const secondsOf = (text: unknown): number | undefined =>
  typeof text === 'string' && DURATION_PATTERN.test(text) ? parseDuration(text) : undefined;
