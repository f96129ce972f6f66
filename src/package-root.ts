import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * fortress's own root folder, where `templates/`, `dist/` and `model/` lie. Found by walking up, so
 * that it is the same from `dist/chunks/*.js` and from `src/**`.
 */
export function packageRoot(start: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isFortress(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json of fortress above ${start}`);
  }
}

function isFortress(manifest: string): boolean {
  if (!existsSync(manifest)) return false;
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof content === 'object' && content !== null && 'name' in content && content.name === 'fortress';
}
