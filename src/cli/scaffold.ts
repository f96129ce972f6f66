import { randomUUID } from 'node:crypto';
import { cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { FortressConfig } from '../config/types.js';
import { configError } from '../errors.js';
import { makeStateFolder } from '../private-folder.js';
import { packageRoot } from '../package-root.js';
import { createRenderer, projectTemplates } from '../render/template.js';

const CONFIG_FILE = 'fortress.config.ts';

/** What happened to one file. */
export interface ScaffoldedFile {
  path: string;
  action: 'created' | 'overwritten' | 'kept';
}

/** `server`: fortress's own; `fastapi`: Python that is the person's to change. */
export const BACKENDS = ['server', 'fastapi'] as const;
export type Backend = (typeof BACKENDS)[number];

export interface ScaffoldOptions {
  /** Absolute. */
  folder: string;
  project: string;
  preset: NonNullable<FortressConfig['preset']>;
  /** What runs as the APIs. */
  backend: Backend;
  /** Overwrite what is there. */
  force: boolean;
  /** Text of fortress.config.ts; default: that of the preset. */
  config?: string;
  /** `false`: the default model is not wanted, as no API of the configuration serves it. */
  model?: boolean;
}

/** The part of the state folder that is written with the project. */
const STATE = '.fortress';

/**
 * Writes the files of a new project. What exists is kept unless `force` is given.
 * @throws FortressError (exit 2) where a link of the folder would lead what is written elsewhere
 */
export async function scaffold(options: ScaffoldOptions): Promise<ScaffoldedFile[]> {
  const root = packageRoot();
  const config = options.config ?? createRenderer(projectTemplates(null))('project/fortress.config.ts.eta', options);
  const contents: [string, string | Buffer][] = [
    [CONFIG_FILE, config],
    ['.gitignore', await readFile(join(root, 'templates/project/gitignore'))],
    ['tsconfig.json', await readFile(join(root, 'templates/project/tsconfig.json'))],
    ...(options.model === false ? [] : await modelFiles(root)),
    ...(options.backend === 'fastapi' ? await treeOf(join(root, 'templates/fastapi'), 'src/api') : []),
  ];
  const folders = contents.flatMap(([path]) => foldersAbove(path));
  for (const path of new Set([...folders, STATE, `${STATE}/.gitignore`])) await refuseLink(options.folder, path);
  const files: ScaffoldedFile[] = [];
  for (const [path, content] of contents) files.push(await write(withCare(options, path), path, content));
  // The types that editors complete fortress.config.ts with; not source, so always the current ones.
  const stateDir = join(options.folder, STATE);
  await makeStateFolder(stateDir);
  await rm(join(stateDir, 'types'), { recursive: true, force: true });
  await cp(join(root, 'dist/types'), join(stateDir, 'types'), { recursive: true });
  return files;
}

/** Where a configuration is written into a project that is there already, the project's other files are its own. */
const withCare = (options: ScaffoldOptions, path: string): ScaffoldOptions =>
  options.config === undefined || path === CONFIG_FILE ? options : { ...options, force: false };

/** All files below a folder, to be put below another. */
async function treeOf(folder: string, below: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files
      .toSorted()
      .map(async (file): Promise<[string, Buffer]> => [join(below, relative(folder, file)), await readFile(file)]),
  );
}

/** All files of the default model: what `fortress train` writes. */
async function modelFiles(root: string): Promise<[string, Buffer][]> {
  const names = await readdir(join(root, 'model'));
  const paths = names.toSorted().map((name) => `model/${name}`);
  return Promise.all(paths.map(async (path): Promise<[string, Buffer]> => [path, await readFile(join(root, path))]));
}

/** `src/api/v1/main.py` → `src`, `src/api`, `src/api/v1`. */
const foldersAbove = (path: string): string[] => {
  const parts = path.split(/[\\/]/).slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

/** A project of somebody else must not say where on this machine is written. */
async function refuseLink(folder: string, path: string): Promise<void> {
  const stats = await lstat(join(folder, path)).catch(() => null);
  if (stats?.isSymbolicLink() !== true) return;
  throw configError(`${join(folder, path)}: found a symbolic link`, {
    why: 'a project is written into its own folder, and not where a link leads',
    hint: 'remove the link, or name another folder',
  });
}

async function write(
  { folder, force }: ScaffoldOptions,
  path: string,
  content: string | Buffer,
): Promise<ScaffoldedFile> {
  const target = join(folder, path);
  // A link that leads nowhere is there, too.
  const exists = (await lstat(target).catch(() => null)) !== null;
  if (exists && !force) return { path, action: 'kept' };
  await mkdir(dirname(target), { recursive: true });
  await replace(target, content);
  return { path, action: exists ? 'overwritten' : 'created' };
}

/** Takes the place of what is there: a link gives way, and what it leads to stays as it is. */
async function replace(target: string, content: string | Buffer): Promise<void> {
  const unfinished = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(unfinished, content, { flag: 'wx' });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
