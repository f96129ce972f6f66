import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { FortressConfig } from '../config/types.js';
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

/** Writes the files of a new project. What exists is kept unless `force` is given. */
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
  const files: ScaffoldedFile[] = [];
  for (const [path, content] of contents) files.push(await write(withCare(options, path), path, content));
  // The types that editors complete fortress.config.ts with; not source, so always the current ones.
  const stateDir = join(options.folder, '.fortress');
  await makeStateFolder(stateDir);
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

async function write(
  { folder, force }: ScaffoldOptions,
  path: string,
  content: string | Buffer,
): Promise<ScaffoldedFile> {
  const target = join(folder, path);
  const exists = existsSync(target);
  if (exists && !force) return { path, action: 'kept' };
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  return { path, action: exists ? 'overwritten' : 'created' };
}
