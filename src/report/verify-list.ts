import { OBJECTIVES, type Check } from '../verify/check.js';

/** What can be asked, for `--list`: a table, or one JSON document. */
export function formatCheckList(checks: readonly Check[], json: boolean): string {
  const entries = checks.map(({ id, title, objective, severity }) => ({
    id,
    title,
    objective: OBJECTIVES[objective],
    severity,
  }));
  if (json) return `${JSON.stringify({ version: 1, checks: entries }, null, 2)}\n`;
  const ids = width(entries.map(({ id }) => id));
  const objectives = width(entries.map(({ objective }) => objective));
  return entries
    .map(({ id, title, objective }) => `${id.padEnd(ids)}  ${objective.padEnd(objectives)}  ${title}\n`)
    .join('');
}

const width = (values: string[]): number => Math.max(...values.map((value) => value.length));
