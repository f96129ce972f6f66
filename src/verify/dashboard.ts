import { secondsOf, withoutVariables } from './grafana-variables.js';
import { property } from './reply.js';

export interface Panel {
  dashboard: string;
  title: string;
  /** PromQL with Grafana's variables replaced. */
  queries: string[];
}

/** Seconds. Grafana shows six hours where a dashboard says nothing. */
const USUAL_RANGE = 6 * 3600;

/**
 * The panels with queries of a dashboard's JSON model, those in collapsed rows too.
 * @param scrapeInterval seconds, as the data source has been told
 */
export function panelsOf(dashboard: unknown, scrapeInterval: number): Panel[] {
  const name = String(property(dashboard, 'title'));
  const range = rangeOf(dashboard);
  return allPanels(dashboard).flatMap((panel) => {
    const queries = listOf(property(panel, 'targets')).flatMap((target) => {
      const expression = property(target, 'expr');
      if (typeof expression !== 'string' || property(target, 'hide') === true) return [];
      const scrape = secondsOf(property(target, 'interval')) ?? scrapeInterval;
      const leastStep = secondsOf(property(panel, 'interval')) ?? scrape;
      return [withoutVariables(expression, { scrape, leastStep, range })];
    });
    return queries.length > 0
      ? [{ dashboard: name, title: String(property(panel, 'title') ?? 'untitled'), queries }]
      : [];
  });
}

const allPanels = (owner: unknown): unknown[] =>
  listOf(property(owner, 'panels')).flatMap((panel) => [panel, ...allPanels(panel)]);

/** Seconds that a dashboard shows: of `now-15m`, 900. */
function rangeOf(dashboard: unknown): number {
  const from = property(property(dashboard, 'time'), 'from');
  return (typeof from === 'string' ? secondsOf(from.replace(/^now-/, '')) : undefined) ?? USUAL_RANGE;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
