import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, copyFile, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomically } from '../credentials/atomic-write.js';
import { makePrivateFolder, makeStateFolder } from '../private-folder.js';
import { messageOf, operationError } from '../errors.js';
import { FORMAT, KEPT_GENERATIONS, type Generation } from './generation.js';

// A generation is one file, which appears by a rename once everything that it names is there; so a
// process killed at any point leaves the old list whole.
const TEMPORARY = '.tmp';

const folderOf = (stateDir: string): string => join(stateDir, 'generations');
const blobFolderOf = (stateDir: string): string => join(folderOf(stateDir), 'blobs');

/** Where the file of a content lies, by its sha256; generations share it. */
export const blobPath = (stateDir: string, hash: string): string => join(blobFolderOf(stateDir), hash);

/**
 * The generations that are kept, oldest first. A file that is not one of ours is not listed.
 * @throws FortressError (exit 1) when the folder is there and cannot be read
 */
export async function listGenerations(stateDir: string): Promise<Generation[]> {
  const numbers = await numbersIn(stateDir);
  const read = await Promise.all(numbers.map((number) => readGeneration(stateDir, number)));
  return read.filter((generation) => generation !== null);
}

const generationPath = (stateDir: string, number: number): string => join(folderOf(stateDir), `${number}.json`);

/** Of all files of generations, also of those that cannot be used; smallest first. */
async function numbersIn(stateDir: string): Promise<number[]> {
  const names = await namesIn(folderOf(stateDir));
  return names
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .toSorted((a, b) => a - b);
}

/** A number that no generation has or had. */
export const nextNumber = async (stateDir: string): Promise<number> => ((await numbersIn(stateDir)).at(-1) ?? 0) + 1;

/** Null for a file that was pruned since, or is damaged, or of another version's shape. */
async function readGeneration(stateDir: string, number: number): Promise<Generation | null> {
  const path = generationPath(stateDir, number);
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Generation;
    return value.format === FORMAT && value.number === number ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

const unreadable = (path: string, cause: unknown): Error =>
  operationError('GENERATIONS_UNREADABLE', `${path} cannot be read`, {
    why: messageOf(cause),
    hint: 'run fortress as the user who owns the file, or correct its permissions',
    cause,
  });

/** Makes the folders, closed to other users. */
export async function makeGenerationFolders(stateDir: string): Promise<void> {
  await makeStateFolder(stateDir);
  await makePrivateFolder(folderOf(stateDir));
  await makePrivateFolder(blobFolderOf(stateDir));
}

/** Writes a generation whose blobs are all there. */
export const saveGeneration = (stateDir: string, generation: Generation): Promise<void> =>
  writeFileAtomically(generationPath(stateDir, generation.number), `${JSON.stringify(generation, null, 2)}\n`, 0o600);

/**
 * Keeps a copy of a file, so that it is the same however the person's own file changes.
 * @param hash sha256 that the content must have
 * @throws FortressError (exit 1) when it has changed meanwhile
 */
export async function keepBlob(stateDir: string, source: string, hash: string): Promise<void> {
  const path = blobPath(stateDir, hash);
  if (await exists(path)) return;
  const temporary = `${path}.${randomUUID()}${TEMPORARY}`;
  try {
    // Where the file system can, the copy shares the original's blocks until one of them is written to.
    await copyFile(source, temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await chmod(temporary, 0o600);
    if ((await hashFile(temporary)) !== hash) throw changedMeanwhile(source);
    await flush(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const changedMeanwhile = (source: string): Error =>
  operationError('MODEL_CHANGED', `${source} was changed while the stack was brought to it`, {
    why: 'the containers may have the old file or the new one, so this state is not kept as a generation',
    hint: 'run `fortress up` again',
  });

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether a blob is there and whole. */
export async function isWhole(stateDir: string, hash: string): Promise<boolean> {
  const path = blobPath(stateDir, hash);
  return (await exists(path)) && (await hashFile(path)) === hash;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Removes generations beyond the last ones, blobs that none needs, and what a killed process left unfinished. */
export async function prune(stateDir: string): Promise<void> {
  const kept = (await listGenerations(stateDir)).slice(-KEPT_GENERATIONS);
  const needed = new Set(kept.flatMap(blobsOf));
  const surplus = (await numbersIn(stateDir)).filter((number) => number < (kept[0]?.number ?? 0));
  // Generations first: killed in between, none is left that lacks a blob.
  for (const number of surplus) await rm(generationPath(stateDir, number), { force: true });
  const blobs = (await namesIn(blobFolderOf(stateDir))).filter((name) => !needed.has(name));
  for (const name of blobs) await rm(join(blobFolderOf(stateDir), name), { force: true });
  const unfinished = (await namesIn(folderOf(stateDir))).filter((name) => name.endsWith(TEMPORARY));
  for (const name of unfinished) await rm(join(folderOf(stateDir), name), { force: true });
}

/** sha256 of every file that a generation needs. */
export const blobsOf = ({ models }: Generation): string[] => Object.values(models).flatMap(Object.values<string>);
