import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FortressConfig } from '../config/types.js';
import { makeStateFolder } from '../private-folder.js';
import { packageRoot } from '../package-root.js';
import { createRenderer, projectTemplates } from '../render/template.js';

/** What happened to one file. */
export interface ScaffoldedFile {
  path: string;
  action: 'created' | 'overwritten' | 'kept';
}

export interface ScaffoldOptions {
  /** Absolute. */
  folder: string;
  project: string;
  preset: NonNullable<FortressConfig['preset']>;
  /** Overwrite what is there. */
  force: boolean;
}

/** Writes the files of a new project. What exists is kept unless `force` is given. */
export async function scaffold(options: ScaffoldOptions): Promise<ScaffoldedFile[]> {
  const root = packageRoot();
  const config = createRenderer(projectTemplates(null))('project/fortress.config.ts.eta', options);
  const contents: [string, string | Buffer][] = [
    ['fortress.config.ts', config],
    ['.gitignore', await readFile(join(root, 'templates/project/gitignore'))],
    ['tsconfig.json', await readFile(join(root, 'templates/project/tsconfig.json'))],
    ...(await modelFiles(root)),
  ];
  const files: ScaffoldedFile[] = [];
  for (const [path, content] of contents) files.push(await write(options, path, content));
  // The types that editors complete fortress.config.ts with; not source, so always the current ones.
  const stateDir = join(options.folder, '.fortress');
  await makeStateFolder(stateDir);
  await cp(join(root, 'dist/types'), join(stateDir, 'types'), { recursive: true });
  return files;
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
