import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, operationError } from '../errors.js';
import type { BackendBuild } from '../images/backend.js';
import type { ContextEntry } from '../images/backend/context.js';
import { apiService } from '../stack/names.js';
import type { ExportedBuild, ExportedFile } from './exported.js';

/**
 * What images of APIs are built from, by service. Those that get the same files of the same folder share one context.
 * @throws FortressError (exit 1) naming what cannot be read
 */
export function exportBuilds(builds: BackendBuild[]): Record<string, ExportedBuild> {
  const keyed = builds.map((build) => ({ key: contextKey(build, builds), build }));
  const contexts = new Map(
    [...new Set(keyed.map(({ key }) => key))].map((key) => [
      key,
      exportContext(keyed.filter((other) => other.key === key).map(({ build }) => build)),
    ]),
  );
  return Object.fromEntries(
    keyed.map(({ key, build: { api, dockerfile, args } }) => [
      apiService(api),
      { context: contexts.get(key) ?? [], dockerfile, args },
    ]),
  );
}

/** The service that a context is named after: the first of those that share it. Pure. */
export const contextOwner = (builds: Record<string, ExportedBuild>, service: string): string =>
  Object.keys(builds).find((other) => builds[other]?.context === builds[service]?.context) ?? service;

/**
 * The same of builds that get the same files of one folder. Their Dockerfiles do not count: each belongs to its own
 * build even where a `.dockerignore` names it, and comes along with that file.
 */
function contextKey({ context }: BackendBuild, builds: BackendBuild[]): string {
  const folder = realFolder(context.folder);
  const dockerfiles = builds
    .filter((other) => realFolder(other.context.folder) === folder)
    .map(({ dockerfile }) => dockerfile);
  return JSON.stringify([folder, exportedEntries(context.entries).filter(({ path }) => !dockerfiles.includes(path))]);
}

/** A link to a folder is that folder; of one that went away since it was read, its files tell. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** All that one of the builds gets, each file once. */
function exportContext(builds: BackendBuild[]): ExportedFile[] {
  const files = builds.flatMap(({ api, context: { folder, entries } }) =>
    exportedEntries(entries).map((entry) => ({ api, folder, entry })),
  );
  return [...new Map(files.map((file) => [file.entry.path, file])).values()]
    .toSorted((a, b) => (a.entry.path < b.entry.path ? -1 : 1))
    .map(({ api, folder, entry }) => exportEntry(api, folder, entry));
}

const exportedEntries = (entries: ContextEntry[]): ContextEntry[] =>
  entries.filter(({ kind, path }) => kind !== 'folder' && !isConfiguration(path));

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
