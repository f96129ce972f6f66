import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, operationError } from '../errors.js';
import type { BackendBuild } from '../images/backend.js';
import type { ContextEntry } from '../images/backend/context.js';
import { apiService } from '../stack/names.js';
import type { ExportedBuild, ExportedFile } from './exported.js';

/**
 * What images of APIs are built from, by service.
 * @throws FortressError (exit 1) naming what cannot be read
 */
export const exportBuilds = (builds: BackendBuild[]): Record<string, ExportedBuild> =>
  Object.fromEntries(builds.map((build) => [apiService(build.api), exportBuild(build)]));

const exportBuild = ({ api, context: { folder, entries }, dockerfile, args }: BackendBuild): ExportedBuild => ({
  context: entries
    .filter(({ kind, path }) => kind !== 'folder' && !isConfiguration(path))
    .map((entry) => exportEntry(api, folder, entry)),
  dockerfile,
  args,
});

/** A configuration may hold passwords, which are nobody's else, and no image needs one. */
const isConfiguration = (path: string): boolean => basename(path).startsWith('fortress.config.');

/** A link stays one, as in the context that the engine gets: it may lead to what is none of the image's. */
function exportEntry(api: string, folder: string, entry: ContextEntry): ExportedFile {
  const { path } = entry;
  if (entry.kind === 'link') return { path, content: '', link: entry.to };
  const content = readEntry(api, join(folder, path));
  return { path, content, ...(entry.kind === 'file' && entry.executable && { mode: 0o755 }) };
}

function readEntry(api: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw operationError('EXPORT', `apis.${api}.build: ${path} cannot be exported`, {
      why: messageOf(error),
      hint: 'make it readable, or name it in the .dockerignore',
      cause: error,
    });
  }
}
