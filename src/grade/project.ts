import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { configError } from '../errors.js';
import { parseCompose, type ComposeDocument } from './compose/document.js';
import { isFolder, listFiles, readText } from './files.js';

/** A submission as it is judged. */
export interface Project {
  /** Absolute folder of the compose file. */
  root: string;
  /** Folder of the whole submission, which may lie above: where `.git` would be. */
  top: string;
  composeFile: string;
  compose: ComposeDocument;
  /** Relative to the root, without `.git`. */
  files: readonly string[];
}

/** In the order in which compose itself looks for them. */
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
/** What archivers add of their own. */
const NOISE = new Set(['__MACOSX', '.git']);

/**
 * Finds the compose file: at the top or, as archives often have one folder around everything, one below.
 * @throws FortressError (exit 2) when there is none, several, or one that is not YAML
 */
export async function findProject(top: string): Promise<Project> {
  const { root, composeFile } = await locate(top);
  const text = (await readText(root, composeFile)) ?? '';
  return { root, top, composeFile, compose: parseCompose(text, composeFile), files: await listFiles(root) };
}

async function locate(top: string): Promise<{ root: string; composeFile: string }> {
  const here = await composeFileIn(top);
  if (here !== null) return { root: top, composeFile: here };
  const folders = (await readdir(top)).filter((name) => !NOISE.has(name)).toSorted();
  const found: { root: string; composeFile: string }[] = [];
  for (const name of folders) {
    const root = join(top, name);
    const composeFile = (await isFolder(root)) ? await composeFileIn(root) : null;
    if (composeFile !== null) found.push({ root, composeFile });
  }
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  throw configError(only ? 'the submission holds several projects' : 'the submission holds no compose file', {
    why: only
      ? `${found.map(({ root, composeFile }) => `${root.slice(top.length + 1)}/${composeFile}`).join(', ')}`
      : `neither at its top nor one folder below is one of ${COMPOSE_FILES.join(', ')}`,
    hint: only ? 'Grade one of these folders' : 'Hand in the folder that holds docker-compose.yml',
  });
}

async function composeFileIn(folder: string): Promise<string | null> {
  for (const name of COMPOSE_FILES) if ((await readText(folder, name)) !== null) return name;
  return null;
}
