import { Readable } from 'node:stream';
import { FortressError, messageOf, operationError } from '../../errors.js';
import { unsuitableBundle } from './bundle-errors.js';
import { isSameImage, type ImageArchive } from './image-archive.js';
import type { BundledImage, BundleManifest } from './manifest.js';
import type { Bundle } from './open-bundle.js';

/**
 * @param architecture the engine's name of it
 * @throws FortressError (exit 2) when the bundle's programs do not run there
 */
export function assertRunsOn(architecture: string, manifest: BundleManifest, file: string): void {
  if (manifest.architecture === architecture) return;
  throw unsuitableBundle(`${file} is for linux/${manifest.architecture}; this engine runs linux/${architecture}`, {
    why: 'images hold programs for one architecture',
    hint: `save it on a machine whose engine runs linux/${architecture}`,
  });
}

/**
 * Loads a bundle and looks whether the engine then has what it should.
 * @throws FortressError: exit 2 when the bundle is damaged, exit 1 when the engine does not take it
 */
export async function loadBundle(
  { manifest, tar }: Bundle,
  archive: ImageArchive,
  { file, signal }: { file: string; signal: AbortSignal },
): Promise<void> {
  try {
    await archive.load(Readable.from(tar), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FortressError ? error : notTaken(file, messageOf(error), error);
  }
  const wrong = await wrongImages(manifest.images, archive);
  if (wrong.length === 0) return;
  const names = wrong.map(({ reference }) => reference).join(', ');
  throw notTaken(file, `the engine reported no error, but does not have what was saved as ${names}`);
}

async function wrongImages(images: BundledImage[], archive: ImageArchive): Promise<BundledImage[]> {
  const found = await Promise.all(images.map(({ reference }) => archive.find(reference)));
  return images.filter((image, index) => {
    const there = found[index];
    return !there || !isSameImage(there, image);
  });
}

const notTaken = (file: string, why: string, cause?: unknown): FortressError =>
  operationError('IMAGE_LOAD', `the engine did not take the images of ${file}`, {
    why,
    hint: "look at the engine's log and at the room on its disk, then load again",
    cause,
  });
