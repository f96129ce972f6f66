import { resolve } from 'node:path';
import { importProject, type Imported } from '../import/import-project.js';
import { readProjectFiles } from '../import/project-files.js';
import type { Left } from '../import/notes.js';
import { table, visible } from '../report/print.js';

/**
 * Reads a project of compose and nginx, and what its configuration for fortress is.
 * @param from the folder, as the person named it
 * @param target absolute folder of the configuration
 * @throws FortressError (exit 2) when it cannot be read
 */
export async function importInto(from: string, target: string): Promise<Imported> {
  return importProject(await readProjectFiles(resolve(from)), { target, source: from, now: new Date() });
}

/** What is carried over and what is not, for a person. Pure. */
export function describeImport({ carried, left }: Imported): string {
  const rows = carried.map(({ key, from }) => [`  ${key}`, shortened(from)]);
  return visibleLines([
    `Carried over (${carried.length})`,
    ...(rows.length === 0 ? ['  nothing'] : [table(rows)]),
    '',
    `Not carried over, or done otherwise (${left.length})`,
    ...(left.length === 0 ? ['  nothing'] : left.flatMap(describeLeft)),
  ]);
}

const WIDTH = 96;

const shortened = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text);

const describeLeft = ({ what, where, why, hint }: Left): string[] => [
  `  - ${what}${where.length === 0 ? '' : `  (${where.join(', ')})`}`,
  `      ${why}`,
  ...(hint === null ? [] : [`      → ${hint}`]),
];

const visibleLines = (lines: string[]): string =>
  lines
    .flatMap((line) => line.split('\n'))
    .map(visible)
    .join('\n');
