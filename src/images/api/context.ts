import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { PackageFolders } from './onnxruntime.js';
import { isNeeded, ONNXRUNTIME, type OnnxRuntimePackage } from './onnxruntime-package.js';

/** What the API image is made of. */
export interface ApiParts {
  dockerfile: string;
  /** The bundled model server. */
  serverFile: string;
  /** Holds the files of the server's `/docs`. */
  docsFolder: string;
  packages: PackageFolders;
  /** Node's name of the engine's architecture. */
  architecture: string;
}

const MANIFEST = {
  name: 'fortress-api',
  private: true,
  type: 'module',
  dependencies: { 'onnxruntime-node': ONNXRUNTIME.version },
};

/** Lays out the build context afresh, so that `docker build <folder>` makes the same image. */
export async function writeContext(
  folder: string,
  { dockerfile, serverFile, docsFolder, packages, architecture }: ApiParts,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(MANIFEST, null, 2)}\n`);
  await copyFile(serverFile, join(folder, 'server.mjs'));
  await copyFiles(docsFolder, join(folder, 'docs'), await listFiles(docsFolder));
  for (const name of Object.keys(packages) as OnnxRuntimePackage[]) {
    const needed = (await listFiles(packages[name])).filter((path) => isNeeded(name, path, architecture));
    await copyFiles(packages[name], join(folder, 'node_modules', name), needed);
  }
}

async function copyFiles(from: string, to: string, paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(from, path), join(to, path));
  }
}

/** A tar of a folder's files, readable for all and in a fixed order. */
export async function packContext(folder: string): Promise<Readable> {
  const archive = pack();
  for (const path of await listFiles(folder))
    archive.entry({ name: path, mode: 0o644 }, await readFile(join(folder, path)));
  archive.finalize();
  return Readable.from(archive);
}

/** Relative paths with forward slashes, sorted. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(folder.length + 1).replaceAll('\\', '/')).toSorted();
}
