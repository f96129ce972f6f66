import { property } from './reply.js';

export interface Panel {
  dashboard: string;
  title: string;
  /** PromQL with Grafana's variables replaced. */
  queries: string[];
}

/** Grafana's own interval variables, long enough for a rate over several scrapes. */
const INTERVALS: [RegExp, string][] = [
  [/\$(?:__rate_interval|\{__rate_interval\})/g, '1m'],
  [/\$(?:__interval|\{__interval\})/g, '15s'],
  [/\$(?:__range|\{__range\})/g, '5m'],
];

/** The panels with queries of a dashboard's JSON model, those in collapsed rows too. */
export function panelsOf(dashboard: unknown): Panel[] {
  const name = String(property(dashboard, 'title'));
  return allPanels(dashboard).flatMap((panel) => {
    const queries = listOf(property(panel, 'targets')).flatMap((target) => {
      const expression = property(target, 'expr');
      return typeof expression === 'string' && property(target, 'hide') !== true ? [withoutVariables(expression)] : [];
    });
    return queries.length > 0
      ? [{ dashboard: name, title: String(property(panel, 'title') ?? 'untitled'), queries }]
      : [];
  });
}

const allPanels = (owner: unknown): unknown[] =>
  listOf(property(owner, 'panels')).flatMap((panel) => [panel, ...allPanels(panel)]);

/** A dashboard's own variable stands for "all": `job="$job"` becomes `job=~".*"`. */
function withoutVariables(expression: string): string {
  const timed = INTERVALS.reduce((text, [variable, value]) => text.replaceAll(variable, value), expression);
  return timed.replaceAll(/=~?\s*"\$(?:\w+|\{\w+(?::\w+)?\})"/g, '=~".*"');
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
