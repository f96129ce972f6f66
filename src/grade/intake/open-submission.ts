import { mkdir, mkdtemp, open, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, usageError } from '../../errors.js';
import { createGuard } from './guard.js';
import { LIMITS, type Limits } from './limits.js';
import { readFolder } from './read-folder.js';
import { readTar, type UnpackOptions } from './read-tar.js';
import { readZip } from './read-zip.js';
import { createTreeWriter } from './tree-writer.js';

/** A copy of what was handed in, in a fresh temporary folder that only this user can enter. */
export interface Submission {
  /** Absolute, without links. */
  root: string;
  /** For what grading itself writes; beside the root, never in it. */
  work: string;
  remove(): Promise<void>;
}

/**
 * Takes a folder or a .zip, .tar, .tar.gz, .tgz; told apart by content, not by name.
 * @throws FortressError (exit 2) when it is none of these, hostile or corrupt; then nothing is left behind
 */
export async function openSubmission(
  source: string,
  { signal, limits = LIMITS }: { signal: AbortSignal; limits?: Limits },
): Promise<Submission> {
  const unpack = await chooseReader(resolve(source));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fortress-grade-')));
  const [root, work] = [join(folder, 'submission'), join(folder, 'work')];
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await Promise.all([mkdir(root), mkdir(work)]);
    await unpack({ guard: createGuard(limits), writer: createTreeWriter(root), limits, signal });
    return { root, work, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

type Unpack = (options: UnpackOptions) => Promise<void>;

async function chooseReader(source: string): Promise<Unpack> {
  const stats = await stat(source).catch((error: unknown) => {
    throw usageError(`there is no submission at ${source}`, { why: messageOf(error) });
  });
  if (stats.isDirectory()) return (options) => readFolder(source, options);
  const head = await readHead(source);
  if (head.subarray(0, 2).toString('latin1') === 'PK') return (options) => readZip(source, options);
  if (head[0] === 0x1f && head[1] === 0x8b) return (options) => readTar(source, true, options);
  if (head.subarray(257, 262).toString('latin1') === 'ustar') return (options) => readTar(source, false, options);
  throw usageError(`${source} is neither a folder nor an archive`, {
    hint: 'Hand in a folder, a .zip or a .tar.gz',
  });
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
