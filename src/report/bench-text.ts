import type { BenchResult } from '../bench/result.js';
import {
  concludeBench,
  CONNECTION_HEADER,
  connectionRows,
  describeBench,
  LAYER_HEADER,
  layerRows,
  warnOfOthers,
} from './bench-words.js';
import { table } from './print.js';

/** The result of `fortress bench` for people. Pure. */
export function formatBench(result: BenchResult): string {
  const warning = warnOfOthers(result);
  return [
    describeBench(result).join('\n'),
    table(numbersRight([LAYER_HEADER, ...layerRows(result.layers)])),
    'All of it, with fewer and with more connections:',
    table(numbersRight([CONNECTION_HEADER, ...connectionRows(result.connections)])),
    concludeBench(result),
    ...(warning === null ? [] : [`! ${warning}`]),
    ...(result.remarks.length > 0 ? [result.remarks.join('\n')] : []),
  ].join('\n\n');
}

/** All columns but the first. */
function numbersRight(rows: string[][]): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0))));
}
