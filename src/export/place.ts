import { join, relative, sep } from 'node:path';
import type { ResolvedApi, ResolvedConfig } from '../config/resolved.js';
import { usageError } from '../errors.js';
import { ignoreRules } from '../images/backend/ignore-rules.js';
import { realPath } from '../images/backend/left-out.js';

/**
 * Keeps an export from writing over the project, and from getting into the image of an API, and from there into the
 * next export.
 * @param folder absolute; `archive`: absolute too, null: none is packed
 * @throws FortressError (exit 2) when it may not be written there
 */
export function assertPlace(
  { root, apis }: Pick<ResolvedConfig, 'root' | 'apis'>,
  folder: string,
  archive: string | null,
): void {
  if (realPath(folder) === realPath(root)) {
    throw usageError(`${folder} is the project itself`, {
      why: "an export has files of the same names: README.md, .gitignore, the model's",
      hint: 'name another folder: deploy/',
    });
  }
  for (const api of apis) {
    assertOutside(api, folder);
    if (archive !== null) assertOutside(api, archive);
  }
}

function assertOutside({ name, backend }: ResolvedApi, place: string): void {
  if (backend.kind !== 'build') return;
  const { context, dockerfile } = backend;
  const path = relative(realPath(context), realPath(place)).split(sep).join('/');
  const isOutside = path === '..' || path.startsWith('../') || path.startsWith('/');
  if (isOutside) return;
  if (path !== '' && ignoreRules(`apis.${name}.build`, context, dockerfile).ignores(path)) return;
  throw usageError(`${place} lies in what the image of apis.${name} is built from`, {
    why: 'an export holds private keys and hashes of passwords, which would get into the image',
    hint:
      path === ''
        ? `name a folder outside of ${context}`
        : `name a folder outside of ${context}, or "/${path}" in ${join(context, '.dockerignore')}`,
  });
}
