import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.js';
import type { ExportedFile } from '../exported.js';

/** The text of one of our templates, as it stands. */
export const readTemplate = (path: string): string => readFileSync(join(packageRoot(), 'templates', path), 'utf8');

/** All files below a folder of our templates, by their paths in it. */
export function templateFolder(path: string): ExportedFile[] {
  const folder = join(packageRoot(), 'templates', path);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted()
    .map((name) => ({ path: name, content: readTemplate(join(path, name)) }));
}
