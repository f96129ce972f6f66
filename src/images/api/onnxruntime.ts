import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { cacheFolder } from '../../cache-folder.js';
import { FortressError, messageOf, operationError } from '../../errors.js';
import { packageRoot } from '../../package-root.js';
import { isNeeded, ONNXRUNTIME, type OnnxRuntimePackage } from './onnxruntime-package.js';

const NAMES = Object.keys(ONNXRUNTIME.integrity) as OnnxRuntimePackage[];
/** Under this name one package finds the other when Node loads it from there. */
const MODULES = 'node_modules';

/** Where a package's files lie, by package. */
export type PackageFolders = Record<OnnxRuntimePackage, string>;

/**
 * Finds onnxruntime-node for Linux: in fortress's own node_modules, else in this user's cache, else
 * with npm from its registry, once.
 * @param architecture Node's name of it
 * @throws FortressError when npm is missing or offline, or what it brought is not what we know
 */
export async function findOnnxRuntime(
  architecture: string,
  report: (line: string) => void,
  { root = packageRoot(), cache = cacheFolder() }: { root?: string; cache?: string } = {},
): Promise<PackageFolders> {
  const installed = await findInstalled(root);
  if (installed) return installed;
  const folder = join(cache, `onnxruntime-node-${ONNXRUNTIME.version}-linux-${architecture}`);
  const present = await readdir(folder).catch(() => []);
  if (present.length === 0) {
    report(`fetching onnxruntime-node ${ONNXRUNTIME.version} with npm`);
    await fetchPackages(folder, architecture);
  }
  return {
    'onnxruntime-node': join(folder, MODULES, 'onnxruntime-node'),
    'onnxruntime-common': join(folder, MODULES, 'onnxruntime-common'),
  };
}

/** Of exactly our version, as npm laid it out around us. */
async function findInstalled(root: string): Promise<PackageFolders | undefined> {
  try {
    const node = createRequire(join(root, 'package.json')).resolve('onnxruntime-node/package.json');
    // It does not export its package.json, but its entry point: dist/cjs/index.js.
    const common = join(createRequire(node).resolve('onnxruntime-common'), '..', '..', '..');
    const folders = { 'onnxruntime-node': dirname(node), 'onnxruntime-common': common };
    const versions = await Promise.all(Object.values(folders).map(readVersion));
    return versions.every((version) => version === ONNXRUNTIME.version) ? folders : undefined;
  } catch {
    return undefined;
  }
}

async function readVersion(folder: string): Promise<unknown> {
  const content = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
  return content.version;
}

/** Takes the needed files into a folder that appears complete or not at all. */
async function fetchPackages(folder: string, architecture: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const complete = join(work, 'complete');
    for (const name of NAMES)
      await unpack(name, await download(name, work), join(complete, MODULES, name), architecture);
    await rename(complete, folder).catch(async (error: unknown) => {
      // Another process was faster.
      if ((await readdir(folder).catch(() => [])).length === 0) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** `npm pack` brings the archive as published and runs none of its scripts. */
async function download(name: OnnxRuntimePackage, work: string): Promise<string> {
  const { execa } = await import('execa');
  const target = join(work, name);
  await mkdir(target);
  try {
    await execa('npm', ['pack', `${name}@${ONNXRUNTIME.version}`, '--ignore-scripts', '--pack-destination', target], {
      cwd: work,
    });
  } catch (error) {
    throw new FortressError(
      'ONNXRUNTIME_UNAVAILABLE',
      3,
      `${name} ${ONNXRUNTIME.version} could not be fetched with npm`,
      {
        why: npmComplaint(error),
        hint: 'it is needed once: connect to an npm registry, or install it beside fortress (npm i onnxruntime-node)',
        cause: error,
      },
    );
  }
  const archive = join(target, (await readdir(target)).find((file) => file.endsWith('.tgz')) ?? '');
  await verify(name, archive);
  return archive;
}

function npmComplaint(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return 'npm is not installed, or not on PATH';
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const lines = stderr.split('\n').filter((line) => line.startsWith('npm error') && !line.includes('complete log'));
  return lines.slice(0, 3).join('\n') || messageOf(error).split('\n')[0] || '';
}

async function verify(name: OnnxRuntimePackage, archive: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found === ONNXRUNTIME.integrity[name]) return;
  throw operationError(
    'INTEGRITY',
    `npm brought another ${name} ${ONNXRUNTIME.version} than the one this fortress was tested with`,
    {
      why: `its checksum is ${found}, not ${ONNXRUNTIME.integrity[name]}`,
      hint: 'find out why your npm registry serves other content',
    },
  );
}

/** npm's archives hold everything under `package/`. */
async function unpack(name: OnnxRuntimePackage, archive: string, target: string, architecture: string): Promise<void> {
  const entries = extract();
  const source = pipeline(createReadStream(archive), createGunzip(), entries);
  for await (const entry of entries) {
    const path = entry.header.name.replace(/^[^/]+\//, '');
    if (entry.header.type !== 'file' || !isNeeded(name, path, architecture)) {
      entry.resume();
      continue;
    }
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    await pipeline(entry, createWriteStream(file));
  }
  await source;
}
