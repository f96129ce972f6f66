import { createReadStream } from 'node:fs';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../cache-folder.js';
import { FortressError, messageOf, operationError } from '../../errors.js';
import { withLock } from '../../lock/with-lock.js';
import type { ImageStore, TransferOptions } from '../image-store.js';
import { limitTo } from '../limit.js';
import { readRecipe, recipeReference, type DebianImage, type Recipe } from './recipes.js';

/** More at once than this compete for processor and disk. */
const PARALLEL_BUILDS = 2;

/** Seconds to wait for another process that builds the same image. */
const BUILD_TIMEOUT = 900;

/** Makes an image exist in the engine, unless it does. */
export type EnsureDebianImage = (image: DebianImage, options: TransferOptions) => Promise<void>;

/**
 * Builds images from Debian packages, a few at once, each once on this machine: a second process
 * that needs the same one waits and then finds it.
 */
export function debianBuilder(store: ImageStore): EnsureDebianImage {
  const limit = limitTo(PARALLEL_BUILDS);
  return async (image, options) => {
    const recipe = readRecipe(image);
    const reference = recipeReference(image, recipe);
    if (await store.exists(reference)) return;
    const lock = {
      stateDir: join(cacheFolder(), 'builds', reference.replaceAll(/[/:]/g, '-')),
      command: `building the ${image} image`,
      waitSeconds: BUILD_TIMEOUT,
      signal: options.signal,
      note: options.report,
    };
    await limit(() =>
      withLock(lock, async (signal) => {
        if (!(await store.exists(reference))) await build(store, reference, recipe, { ...options, signal });
      }),
    );
  };
}

async function build(store: ImageStore, reference: string, recipe: Recipe, options: TransferOptions): Promise<void> {
  const { packRootFileSystem } = await import('./root-file-system.js');
  const folder = await mkdtemp(join(tmpdir(), 'fortress-image-'));
  const tarFile = join(folder, 'root.tar');
  try {
    await packRootFileSystem(recipe, await store.architecture(), tarFile, options);
    options.report('importing the image');
    await store.importTar(createReadStream(tarFile), reference, recipe.changes, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof FortressError ? error : importError(reference, error);
  } finally {
    // Never recursively: what else came to lie in here was not put there by us.
    await rm(tarFile, { force: true });
    await rmdir(folder);
  }
}

const importError = (reference: string, cause: unknown): FortressError =>
  operationError('IMAGE_IMPORT', `the engine did not take the image ${reference}`, { why: messageOf(cause), cause });
